import { expect } from 'chai';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { decodeCommandSet } from '../../src/dimse/command-set.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { EXIT_CODES } from '../../src/cli/commands.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { optDataSet } from '../archive/objects.js';
import {
  EXPLICIT_LE,
  ScriptedPeer,
  associateRq,
  pData,
  storeRq,
} from '../dimse/support/scripted-peer.js';

const OPT = SOP_CLASSES.ophthalmicTomography.uid;

describe('drain: a node that is told to stop', function () {
  this.timeout(180_000);
  let node: NodeProcess;
  const dataSet = optDataSet('drain');
  const bytes = Buffer.from(encodeDataSet(dataSet));
  const half = bytes.length / 2;
  const request = associateRq({
    calledAeTitle: NodeProcess.aeTitle,
    presentationContexts: [{ id: 3, abstractSyntax: OPT, transferSyntaxes: [EXPLICIT_LE] }],
  });

  beforeEach(async () => {
    node = await NodeProcess.prepare();
    await node.start();
  });
  afterEach(() => node.remove());

  /** A scanner in the middle of an object, and the node told to stop. */
  async function stoppedInTransfer(): Promise<ScriptedPeer> {
    const scanner = await ScriptedPeer.associate(node.dimsePort, request);
    const command = storeRq({
      affectedSopClassUid: OPT,
      affectedSopInstanceUid: dataSet.text('SOPInstanceUID') ?? '',
    });
    scanner.send(
      pData(3, command, { command: true }),
      pData(3, bytes.subarray(0, half), { last: false }),
    );
    node.signal('SIGTERM');
    await node.waitUntil('stopping', () => Promise.resolve(node.output.includes('stopping:')));
    return scanner;
  }

  it('refuses newcomers for the moment, finishes the transfer in hand and ends with 0', async () => {
    const scanner = await stoppedInTransfer();
    const newcomer = await ScriptedPeer.connect(node.dimsePort);
    newcomer.send(encodePdu(request));
    const rejection = { type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 2 };
    expect(await newcomer.next()).to.deep.equal(rejection);
    newcomer.socket.destroy();

    scanner.send(pData(3, bytes.subarray(half)));
    const answer = await scanner.next();
    const [value] = answer?.type === 'P-DATA-TF' ? answer.values : [];
    expect(decodeCommandSet(Buffer.from(value?.payload ?? []))).to.include({ status: 0 });
    scanner.send(encodePdu({ type: 'A-RELEASE-RQ' }));
    expect(await scanner.next()).to.deep.equal({ type: 'A-RELEASE-RP' });
    scanner.socket.destroy();
    expect(await node.ended()).to.equal(EXIT_CODES.done);
  });

  it('a second signal aborts at once: A-ABORT to the peer, and an exit code that says so', async () => {
    const scanner = await stoppedInTransfer();
    const told = performance.now();
    node.signal('SIGTERM');
    expect(await scanner.next()).to.deep.equal({ type: 'A-ABORT', source: 0, reason: 0 });
    expect(await node.ended()).to.equal(EXIT_CODES.aborted);
    expect(performance.now() - told).to.be.lessThan(2000);
  });
});
