import { expect } from 'chai';
import { truncate } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { freePort } from '../../fixtures/free-port.js';
import type { Archive } from '../../src/archive/archive.js';
import { commitmentOf, type Commitment } from '../../src/joints/commitment.js';
import { readSettings } from '../../src/config/read-settings.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { decodeCommandSet } from '../../src/dimse/command-set.js';
import type { CommandSet } from '../../src/dimse/command-set.js';
import { requestCommitment, type CommitmentSink } from '../../src/dimse/commitment.js';
import type { Listener } from '../../src/dimse/listener.js';
import { commandPdus, dataSetPdus } from '../../src/dimse/message.js';
import {
  encodeCommitmentRequest,
  readCommitmentReport,
} from '../../src/dimse/services/commitment-data-set.js';
import { ACTION_COMMAND } from '../../src/dimse/services/commitment-invoker.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { LiveSettings } from '../../src/joints/live-settings.js';
import { setLogLevel } from '../../src/operations/log.js';
import type { CommitmentReport, CommitmentRequest } from '../../src/values/storage-commitment.js';
import { openTestArchive, optDataSet, sendObject } from '../archive/objects.js';
import { ScriptedPeer, associateRq } from '../dimse/support/scripted-peer.js';
import { eventually } from '../dimse/support/eventually.js';
import { closeListeners, testListener } from '../dimse/support/test-listener.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { uid: COMMITMENT } = SOP_CLASSES.storageCommitmentPushModel;
const OPT = SOP_CLASSES.ophthalmicTomography.uid;
const IMPLICIT_LE = '1.2.840.10008.1.2';
const EXPLICIT_LE = '1.2.840.10008.1.2.1';

interface Given {
  readonly report: CommitmentReport | { readonly status: number };
  readonly callingAeTitle: string;
}

/** The scanner's own listener: takes reports in the transfer syntaxes it knows, and keeps each. */
class Scanner {
  readonly given: Given[] = [];
  associations = 0;
  /** So many associations are rejected for the moment first. */
  rejections = 0;
  /** Statuses of the first answers; then 0. */
  readonly statuses: number[] = [];
  private server: Server | undefined;

  constructor(
    readonly port: number,
    private readonly transferSyntaxes: readonly string[] = [EXPLICIT_LE, IMPLICIT_LE],
  ) {}

  listen(): Promise<void> {
    const server = createServer((socket) => {
      this.play(new ScriptedPeer(socket)).catch(() => undefined);
    });
    this.server = server;
    return new Promise((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  close(): void {
    this.server?.close();
  }

  private async play(peer: ScriptedPeer): Promise<void> {
    const request = await peer.next();
    if (request?.type !== 'A-ASSOCIATE-RQ') return;
    this.associations += 1;
    if (this.rejections > 0) {
      this.rejections -= 1;
      peer.send(encodePdu({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 }));
      return;
    }
    const syntaxes = new Map<number, string>();
    peer.send(
      encodePdu({
        ...request,
        type: 'A-ASSOCIATE-AC',
        presentationContexts: request.presentationContexts.map(({ id, transferSyntaxes }) => {
          const transferSyntax = transferSyntaxes[0] ?? '';
          syntaxes.set(id, transferSyntax);
          const known = this.transferSyntaxes.includes(transferSyntax);
          return {
            id,
            result: known ? ('acceptance' as const) : ('transferSyntaxesNotSupported' as const),
            transferSyntax,
          };
        }),
      }),
    );
    const { callingAeTitle } = request;
    const { command, report, contextId } = await nextReport(peer, syntaxes);
    this.given.push({ report, callingAeTitle });
    answer(peer, contextId, command, this.statuses.shift() ?? 0);
    await peer.next(); // A-RELEASE-RQ
    peer.send(encodePdu({ type: 'A-RELEASE-RP' }));
  }
}

async function nextReport(peer: ScriptedPeer, syntaxes: ReadonlyMap<number, string>) {
  let command: CommandSet = {};
  for (let pdu = await peer.next(); pdu; pdu = await peer.next()) {
    const value = pdu.type === 'P-DATA-TF' ? pdu.values[0] : undefined;
    if (value?.isCommand) command = decodeCommandSet(Buffer.from(value.payload));
    else if (value) {
      const { contextId, payload } = value;
      const report = readCommitmentReport(payload, syntaxes.get(contextId) ?? '');
      return { command, report, contextId };
    }
  }
  throw new Error('no report came');
}

function answer(peer: ScriptedPeer, contextId: number, command: CommandSet, status: number): void {
  peer.respond(contextId, {
    commandField: 0x8100,
    messageIdBeingRespondedTo: command.messageId ?? 0,
    affectedSopClassUid: COMMITMENT,
    eventTypeId: command.eventTypeId ?? 0,
    status,
  });
}

describe('storage commitment: reports to who asked', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  let run = 0;
  let scanner: Scanner;
  let archive: Archive;
  let commitment: Commitment;
  let listener: Listener;
  let request: CommitmentRequest;

  before(() => {
    setLogLevel('error');
  });
  after(() => {
    setLogLevel('info');
  });

  async function start(): Promise<void> {
    archive = openTestArchive(folder(`data ${run}`));
    await archive.recover();
    const settings = readSettings({
      OCTRIAGE_AE_ADDRESSES: `PEER@127.0.0.1:${scanner.port}`,
      OCTRIAGE_COMMITMENT_REPORT_DELAY_MS: '100',
      OCTRIAGE_RETRY_INITIAL_MS: '100',
      OCTRIAGE_RETRY_MAXIMUM_MS: '200',
    });
    const live = new LiveSettings(
      settings,
      () => settings,
      () => undefined,
    );
    commitment = commitmentOf(settings, live, archive, () => undefined);
    commitment.start();
    ({ listener } = await testListener({
      commitment: commitment.sink,
      furtherAeTitles: ['SECOND'],
    }));
  }

  async function stop(): Promise<void> {
    await closeListeners();
    await commitment.stop();
    await archive.close();
  }

  beforeEach(async () => {
    run += 1;
    scanner = new Scanner(await freePort());
    await start();
    const dataSet = optDataSet(`scan ${run}`);
    await sendObject(archive, dataSet);
    request = {
      transactionUid: deterministicUid('transaction', String(run)),
      instances: [{ sopClassUid: OPT, sopInstanceUid: dataSet.text('SOPInstanceUID') ?? '' }],
    };
  });
  afterEach(async () => {
    scanner.close();
    await stop();
  });

  const us = (calledAeTitle = 'OCT') => ({
    host: '127.0.0.1',
    port: listener.port,
    calledAeTitle,
    callingAeTitle: 'PEER',
  });
  const unexpected: CommitmentSink['reported'] = () => Promise.reject(new Error('not here'));
  const ask = (asked = request, calledAeTitle = 'OCT') =>
    requestCommitment(us(calledAeTitle), asked, { hold: 0, reported: unexpected });
  /** Longer than the delay and some back-off: whatever would come twice has come. */
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 700));
  const all = () => ({
    transactionUid: request.transactionUid,
    committed: request.instances,
    failed: [],
  });

  async function once(): Promise<void> {
    await eventually(() => scanner.given.length > 0);
    await quiet();
    expect(scanner.given.map(({ report }) => report)).to.deep.equal([all()]);
  }

  it('R35: once on the same association, where it is held', async () => {
    await scanner.listen();
    const reports: CommitmentReport[] = [];
    await requestCommitment(us(), request, {
      hold: 5000,
      reported: (report) => {
        reports.push(report);
        return Promise.resolve(undefined);
      },
    });
    await quiet();
    expect(reports).to.deep.equal([all()]);
    expect(scanner.associations).to.equal(0);
  });

  it('R35: once on a new association, from the AE title that was addressed', async () => {
    await scanner.listen();
    await ask(request, 'SECOND');
    await once();
    expect(scanner.given[0]?.callingAeTitle).to.equal('SECOND');
  });

  it('R35: once to a caller that asks for release before it has read the answer', async () => {
    await scanner.listen();
    const peer = await ScriptedPeer.associate(
      listener.port,
      associateRq({
        presentationContexts: [
          { id: 1, abstractSyntax: COMMITMENT, transferSyntaxes: [EXPLICIT_LE] },
        ],
      }),
    );
    const dataSet = encodeCommitmentRequest(request, EXPLICIT_LE);
    peer.send(
      commandPdus(1, { ...ACTION_COMMAND, messageId: 1 }, 16_000),
      dataSetPdus(1, dataSet, 16_000),
      encodePdu({ type: 'A-RELEASE-RQ' }),
    );
    const response = await peer.next();
    expect(response?.type).to.equal('P-DATA-TF');
    expect((await peer.next())?.type).to.equal('A-RELEASE-RP');
    peer.socket.destroy();
    await once();
  });

  it('R35: once to a caller that takes nothing but Implicit VR Little Endian', async () => {
    scanner.close();
    const implicit = new Scanner(scanner.port, [IMPLICIT_LE]);
    scanner = implicit;
    await scanner.listen();
    await ask();
    await once();
  });

  it('R35: once to a caller that was down, over a restart of ours', async () => {
    await ask();
    await quiet();
    await stop();
    await start();
    await quiet();
    await scanner.listen();
    await once();
  });

  it('again with back-off after a refused association, and after a refused report', async () => {
    scanner.rejections = 2;
    scanner.statuses.push(0x0110);
    await scanner.listen();
    await ask();
    await eventually(() => scanner.given.length === 2);
    await quiet();
    expect(scanner.associations).to.equal(4);
    expect(scanner.given).to.have.length(2);
  });

  it('says which instances are unknown, of another class or damaged', async () => {
    await scanner.listen();
    const [known] = request.instances;
    if (!known) throw new Error('no instance');
    const other = optDataSet(`damaged ${run}`);
    const { instance } = await sendObject(archive, other);
    if (!instance) throw new Error('not stored');
    await truncate(instance.path, 400);
    const unknown = { sopClassUid: OPT, sopInstanceUid: '1.2.3.99' };
    const anotherClass = { ...known, sopClassUid: SOP_CLASSES.rawData.uid };
    const damaged = { sopClassUid: OPT, sopInstanceUid: instance.sopInstanceUid };
    await ask({ ...request, instances: [known, unknown, anotherClass, damaged] });
    await eventually(() => scanner.given.length > 0);
    expect(scanner.given[0]?.report).to.deep.equal({
      transactionUid: request.transactionUid,
      committed: [known],
      failed: [
        { ...unknown, reason: 0x0112 },
        { ...anotherClass, reason: 0x0119 },
        { ...damaged, reason: 0x0110 },
      ],
    });
  });

  it('takes the same request twice as one, and refuses another under its Transaction UID', async () => {
    await scanner.listen();
    expect(await ask()).to.deep.include({ status: 0 });
    expect(await ask()).to.deep.include({ status: 0 });
    const other = { ...request, instances: [{ sopClassUid: OPT, sopInstanceUid: '1.2.3.98' }] };
    expect(await ask(other)).to.deep.include({ status: 0x0115 });
    await once();
  });

  it('is a hint of what the sender believes to have sent', async () => {
    const uids = request.instances.map(({ sopInstanceUid }) => sopInstanceUid);
    expect(await archive.commitmentRequests.areRequested(uids)).to.be.false;
    await ask();
    expect(await archive.commitmentRequests.areRequested(uids)).to.be.true;
    expect(await archive.commitmentRequests.areRequested([...uids, '1.2.3.99'])).to.be.false;
  });
});
