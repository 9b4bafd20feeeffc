import { expect } from 'chai';
import type { Server } from 'node:net';
import { DataSet } from '../../src/dicom/data-set.js';
import { STORAGE_COMMITMENT_INSTANCE_UID } from '../../src/dicom/uids.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { decodeCommandSet, encodeCommandSet } from '../../src/dimse/command-set.js';
import type { CommandSet } from '../../src/dimse/command-set.js';
import {
  reportCommitment,
  requestCommitment,
  type CommitmentSink,
  type ReportingAssociation,
} from '../../src/dimse/commitment.js';
import { decodePdu } from '../../src/dimse/upper-layer/pdu-decode.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import type { RoleSelection } from '../../src/dimse/upper-layer/pdu.js';
import type { CommitmentReport, CommitmentRequest } from '../../src/values/storage-commitment.js';
import { eventually } from './support/eventually.js';
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  SECONDARY_CAPTURE,
  ScriptedPeer,
  VERIFICATION,
  associateRq,
  pData,
} from './support/scripted-peer.js';
import { scriptedScp } from './support/scripted-scp.js';
import { closeListeners, testListener } from './support/test-listener.js';

const COMMITMENT = '1.2.840.10008.1.20.1';
const REFERENCE = { sopClassUid: SECONDARY_CAPTURE, sopInstanceUid: '1.2.3.4' };
const REQUEST: CommitmentRequest = { transactionUid: '1.2.3', instances: [REFERENCE] };
const REPORT: CommitmentReport = {
  transactionUid: '1.2.3',
  committed: [REFERENCE],
  failed: [{ ...REFERENCE, sopInstanceUid: '1.2.3.5', reason: 0x0112 }],
};

/** A sink that remembers. */
class Memory implements CommitmentSink {
  readonly requests: CommitmentRequest[] = [];
  readonly reports: CommitmentReport[] = [];
  association: ReportingAssociation | undefined;
  broken = false;

  requested: CommitmentSink['requested'] = (request, _caller, association) => {
    if (this.broken) return Promise.reject(new Error('ledger'));
    this.requests.push(request);
    this.association = association;
    return Promise.resolve(undefined);
  };
  reported: CommitmentSink['reported'] = (report) => {
    if (this.broken) return Promise.reject(new Error('ledger'));
    this.reports.push(report);
    return Promise.resolve(undefined);
  };
}

describe('storage commitment on the wire', () => {
  let sink: Memory;
  const servers: Server[] = [];
  beforeEach(() => {
    sink = new Memory();
  });
  afterEach(async () => {
    await closeListeners();
    for (const server of servers.splice(0)) server.close();
  });

  const listen = () => testListener({ commitment: sink });
  const us = (port: number) => ({
    host: '127.0.0.1',
    port,
    calledAeTitle: 'OCT',
    callingAeTitle: 'PEER',
  });

  async function associate(port: number, transferSyntax: string, roles: RoleSelection[] = []) {
    const { userInformation } = associateRq();
    const peer = await ScriptedPeer.connect(port);
    peer.send(
      encodePdu(
        associateRq({
          presentationContexts: [
            { id: 1, abstractSyntax: COMMITMENT, transferSyntaxes: [transferSyntax] },
          ],
          userInformation: { ...userInformation, roleSelections: roles },
        }),
      ),
    );
    const answer = await peer.next();
    if (answer?.type !== 'A-ASSOCIATE-AC') throw new Error('not accepted');
    return { peer, answer };
  }

  function nAction(changes: CommandSet = {}): Buffer {
    return encodeCommandSet({
      requestedSopClassUid: COMMITMENT,
      requestedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE_UID,
      commandField: 0x0130,
      messageId: 7,
      actionTypeId: 1,
      commandDataSetType: 1,
      ...changes,
    });
  }

  function actionInformation(transferSyntax: string): Uint8Array {
    const item = DataSet.of({
      ReferencedSOPClassUID: REFERENCE.sopClassUid,
      ReferencedSOPInstanceUID: REFERENCE.sopInstanceUid,
    });
    return encodeDataSet(
      DataSet.of({ TransactionUID: '1.2.3', ReferencedSOPSequence: [item] }),
      transferSyntax,
    );
  }

  /** The next command; data sets are passed by. */
  async function nextCommand(peer: ScriptedPeer): Promise<CommandSet | undefined> {
    for (let pdu = await peer.next(); pdu; pdu = await peer.next()) {
      const value = pdu.type === 'P-DATA-TF' ? pdu.values[0] : undefined;
      if (value?.isCommand) return decodeCommandSet(Buffer.from(value.payload));
    }
    return undefined;
  }

  async function ask(peer: ScriptedPeer, command: Buffer, dataSet: Uint8Array) {
    peer.send(pData(1, command, { command: true }), pData(1, dataSet));
    return nextCommand(peer);
  }

  for (const [name, syntax] of [
    ['Explicit', EXPLICIT_LE],
    ['Implicit', IMPLICIT_LE],
  ] as const) {
    it(`R35: takes a request in ${name} VR Little Endian and reports on the same association`, async () => {
      const { port } = await listen();
      const { peer } = await associate(port, syntax);
      const response = await ask(peer, nAction(), actionInformation(syntax));
      expect(response).to.deep.include({ commandField: 0x8130, status: 0, actionTypeId: 1 });
      expect(response?.messageIdBeingRespondedTo).to.equal(7);
      expect(sink.requests).to.deep.equal([REQUEST]);

      const outcome = sink.association?.report(REPORT);
      const event = await nextCommand(peer);
      expect(event).to.deep.include({ commandField: 0x0100, eventTypeId: 2 });
      peer.respond(1, {
        commandField: 0x8100,
        messageIdBeingRespondedTo: event?.messageId ?? 0,
        status: 0,
      });
      expect(await outcome).to.deep.include({ kind: 'answered', status: 0 });
    });
  }

  const wrong: Readonly<Record<string, readonly [CommandSet, number]>> = {
    'another action': [{ actionTypeId: 2 }, 0x0123],
    'another SOP instance': [{ requestedSopInstanceUid: '1.2.3' }, 0x0112],
    'another SOP class': [{ requestedSopClassUid: VERIFICATION }, 0x0118],
  };
  for (const [what, [changes, status]] of Object.entries(wrong)) {
    it(`refuses ${what}`, async () => {
      const { port } = await listen();
      const { peer } = await associate(port, EXPLICIT_LE);
      const response = await ask(peer, nAction(changes), actionInformation(EXPLICIT_LE));
      expect(response?.status).to.equal(status);
      expect(sink.requests).to.deep.equal([]);
    });
  }

  it('refuses what lacks a Transaction UID, references or sense', async () => {
    const { port } = await listen();
    const { peer } = await associate(port, EXPLICIT_LE);
    const none = encodeDataSet(DataSet.of({ TransactionUID: '1.2.3' }));
    expect((await ask(peer, nAction(), none))?.status).to.equal(0x0120);
    const unnamed = encodeDataSet(DataSet.of({ ReferencedSOPSequence: [new DataSet()] }));
    expect((await ask(peer, nAction(), unnamed))?.status).to.equal(0x0120);
    expect((await ask(peer, nAction(), Buffer.from('nonsense')))?.status).to.equal(0x0110);
  });

  it('R35: answers 0x0110 where we fail inside, in both roles', async () => {
    const { port } = await listen();
    sink.broken = true;
    const { peer } = await associate(port, EXPLICIT_LE);
    const response = await ask(peer, nAction(), actionInformation(EXPLICIT_LE));
    expect(response?.status).to.equal(0x0110);
    expect(await reportCommitment(us(port), REPORT)).to.deep.include({ status: 0x0110 });
  });

  it('does not store over the context of commitment', async () => {
    const { port, sink: store } = await listen();
    const { peer } = await associate(port, EXPLICIT_LE);
    const command = { affectedSopClassUid: COMMITMENT, affectedSopInstanceUid: '1.2.3' };
    const storeRq = encodeCommandSet({
      ...command,
      commandField: 1,
      messageId: 1,
      commandDataSetType: 1,
    });
    expect((await ask(peer, storeRq, Buffer.alloc(8)))?.status).to.equal(0x0122);
    expect(store.received).to.deep.equal([]);
  });

  it('is not accepted where nobody takes it', async () => {
    const { port } = await testListener();
    const { answer } = await associate(port, EXPLICIT_LE);
    expect(answer.presentationContexts[0]?.result).to.equal('abstractSyntaxNotSupported');
  });

  it('answers the roles of each SOP class: SCP of commitment, of nothing else', async () => {
    const { port } = await listen();
    const { answer } = await associate(port, EXPLICIT_LE, [
      { sopClassUid: COMMITMENT, scu: false, scp: true },
      { sopClassUid: SECONDARY_CAPTURE, scu: true, scp: true },
    ]);
    expect(answer.userInformation.roleSelections).to.deep.equal([
      { sopClassUid: COMMITMENT, scu: false, scp: true },
    ]);
  });

  it('answers extended negotiation of storage, and of no other service', async () => {
    const { port } = await listen();
    const request = associateRq();
    const information = Buffer.from([3, 0, 3, 0, 2, 0]);
    const peer = await ScriptedPeer.connect(port);
    peer.send(
      encodePdu({
        ...request,
        userInformation: {
          ...request.userInformation,
          extendedNegotiations: [VERIFICATION, SECONDARY_CAPTURE, '1.2.3'].map((sopClassUid) => ({
            sopClassUid,
            information,
          })),
          commonExtendedNegotiations: [
            {
              sopClassUid: SECONDARY_CAPTURE,
              serviceClassUid: '1.2.840.10008.4.2',
              relatedGeneralSopClassUids: [],
            },
          ],
        },
      }),
    );
    const answer = await peer.next();
    if (answer?.type !== 'A-ASSOCIATE-AC') throw new Error('not accepted');
    const { extendedNegotiations } = answer.userInformation;
    expect(extendedNegotiations.map(({ sopClassUid }) => sopClassUid)).to.deep.equal([
      SECONDARY_CAPTURE,
    ]);
    expect(answer.userInformation).to.not.have.property('commonExtendedNegotiations');
    expect([...(extendedNegotiations[0]?.information ?? [])]).to.deep.equal([2, 0, 3, 0, 0, 0]);
  });

  it('asks and reports over associations of its own, in the role of SCU and of SCP', async () => {
    const { port } = await listen();
    const asked = await requestCommitment(us(port), REQUEST, {
      hold: 0,
      reported: sink.reported,
    });
    expect(asked).to.deep.include({ kind: 'answered', status: 0 });
    expect(sink.requests).to.deep.equal([REQUEST]);
    expect(await reportCommitment(us(port), REPORT)).to.deep.include({ status: 0 });
    expect(sink.reports).to.deep.equal([REPORT]);
  });

  it('holds its association until the report came on it', async () => {
    const { port, event } = await listen();
    const other = new Memory();
    const asking = requestCommitment(us(port), REQUEST, { hold: 10_000, reported: other.reported });
    await eventually(() => sink.association !== undefined);
    const begun = Date.now();
    expect(await sink.association?.report(REPORT)).to.deep.include({ status: 0 });
    expect(await asking).to.deep.include({ status: 0 });
    expect(other.reports).to.deep.equal([REPORT]);
    await event('released');
    expect(Date.now() - begun).to.be.below(5000);
  });

  it('releases after the time for which it holds', async () => {
    const { port, event } = await listen();
    const asking = requestCommitment(us(port), REQUEST, { hold: 50, reported: sink.reported });
    expect(await asking).to.deep.include({ status: 0 });
    await event('released');
  });

  it('gives no report to a peer that refuses us the role of SCP', async () => {
    let reports = 0;
    const server = await scriptedScp(async (peer) => {
      const request = await peer.next();
      if (request?.type !== 'A-ASSOCIATE-RQ') return;
      expect(request.userInformation.roleSelections).to.deep.equal([
        { sopClassUid: COMMITMENT, scu: false, scp: true },
      ]);
      const answered = {
        ...request,
        type: 'A-ASSOCIATE-AC' as const,
        presentationContexts: request.presentationContexts.map(({ id, transferSyntaxes }) => ({
          id,
          result: 'acceptance' as const,
          transferSyntax: transferSyntaxes[0] ?? '',
        })),
        userInformation: {
          ...request.userInformation,
          roleSelections: [{ sopClassUid: COMMITMENT, scu: false, scp: false }],
        },
      };
      peer.send(encodePdu(answered));
      const next = await peer.next();
      if (next?.type === 'P-DATA-TF') reports += 1;
      peer.socket.destroy();
    });
    servers.push(server);
    const { port } = server.address() as { port: number };
    const outcome = await reportCommitment(us(port), REPORT);
    expect(outcome).to.deep.include({ kind: 'failed', code: 'OCT_DIMSE_NO_CONTEXT' });
    expect(reports).to.equal(0);
  });

  it('reads a common extended negotiation item byte by byte', () => {
    // Type 57, version 0, length 24; "1.2.3"; "1.20"; 9 bytes of related classes: "4", "5.66".
    const common = {
      sopClassUid: '1.2.3',
      serviceClassUid: '1.20',
      relatedGeneralSopClassUids: ['4', '5.66'],
    };
    const request = associateRq();
    const bytes = encodePdu({
      ...request,
      userInformation: { ...request.userInformation, commonExtendedNegotiations: [common] },
    });
    const expected =
      '57000018' + '0005312e322e33' + '0004312e3230' + '0009' + '000134' + '0004352e3636';
    expect(bytes.toString('hex')).to.include(expected);
    expect(decodePdu(bytes)).to.have.nested.property(
      'userInformation.commonExtendedNegotiations[0].relatedGeneralSopClassUids[1]',
      '5.66',
    );
  });
});
