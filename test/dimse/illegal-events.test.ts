import { expect } from 'chai';
import { decodePdu } from '../../src/dimse/upper-layer/pdu-decode.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import type { AssociateAc, Pdu } from '../../src/dimse/upper-layer/pdu.js';
import { EVENT_OF_PDU, actionFor } from '../../src/dimse/upper-layer/state-table.js';
import type { Action, Event, State } from '../../src/dimse/upper-layer/state-table.js';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import { UpperLayer } from '../../src/dimse/upper-layer/upper-layer.js';
import { MemorySocket } from './support/memory-socket.js';
import { associateRq, echoRq, pData } from './support/scripted-peer.js';

const AC: AssociateAc = {
  ...associateRq(),
  type: 'A-ASSOCIATE-AC',
  presentationContexts: [{ id: 1, result: 'acceptance', transferSyntax: '1.2.840.10008.1.2' }],
};
const RQ = encodePdu(associateRq());
const RELEASE_RQ = encodePdu({ type: 'A-RELEASE-RQ' });
const RELEASE_RP = encodePdu({ type: 'A-RELEASE-RP' });
const REJECTION = { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 1 } as const;

/** What each PDU event brings over the wire. */
const ARRIVALS: Partial<Record<Event, Buffer>> = {
  Evt3: encodePdu(AC),
  Evt4: encodePdu(REJECTION),
  Evt6: RQ,
  Evt10: pData(1, echoRq(), { command: true }),
  Evt12: RELEASE_RQ,
  Evt13: RELEASE_RP,
  Evt19: Buffer.from('990000000000', 'hex'),
};

interface Layer {
  readonly layer: UpperLayer;
  readonly socket: MemorySocket;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function play(role: 'acceptor' | 'requestor', steps: readonly Step[]): Promise<Layer> {
  const socket = new MemorySocket();
  const user = { releaseIndication: () => undefined, ended: () => undefined };
  const options = { timers: DEFAULT_TIMERS, maxPduLength: 16384 };
  const layer =
    role === 'acceptor'
      ? UpperLayer.accept(socket.asSocket, user, options)
      : UpperLayer.request(socket.asSocket, associateRq(), user, options);
  for (const step of steps) {
    step({ layer, socket });
    await turn();
  }
  return { layer, socket };
}

type Step = (played: Layer) => void;
const come =
  (bytes: Buffer): Step =>
  ({ socket }) => {
    socket.arrive(bytes);
  };
const connected: Step = ({ socket }) => socket.emit('connect');
const accept: Step = ({ layer }) => {
  layer.accept(AC);
};
const reject: Step = ({ layer }) => {
  layer.reject(REJECTION, 'test');
};
const release: Step = ({ layer }) => {
  layer.release();
};
const respondRelease: Step = ({ layer }) => {
  layer.respondRelease();
};
const accepted = [come(RQ), accept];
const associated = [connected, come(encodePdu(AC))];

/** How a connection comes into each state that has one. */
const WAYS: readonly (readonly [State, 'acceptor' | 'requestor', readonly Step[]])[] = [
  ['Sta2', 'acceptor', []],
  ['Sta3', 'acceptor', [come(RQ)]],
  ['Sta5', 'requestor', [connected]],
  ['Sta6', 'acceptor', accepted],
  ['Sta6', 'requestor', associated],
  ['Sta7', 'requestor', [...associated, release]],
  ['Sta8', 'acceptor', [...accepted, come(RELEASE_RQ)]],
  ['Sta9', 'requestor', [...associated, release, come(RELEASE_RQ)]],
  ['Sta10', 'acceptor', [...accepted, release, come(RELEASE_RQ)]],
  ['Sta11', 'requestor', [...associated, release, come(RELEASE_RQ), respondRelease]],
  ['Sta12', 'acceptor', [...accepted, release, come(RELEASE_RQ), come(RELEASE_RP)]],
  ['Sta13', 'acceptor', [come(RQ), reject]],
];

const ABORTING: readonly (Action | undefined)[] = ['AA-1', 'AA-7', 'AA-8'];

describe('PS3.8: what a state does not expect', () => {
  for (const [state, role, steps] of WAYS) {
    for (const [event, bytes] of Object.entries(ARRIVALS) as [Event, Buffer][]) {
      const action = actionFor(state, event);
      const aborts = ABORTING.includes(action);
      // Service-provider in Sta2 too, where the table's AA-1 has service-user (docs/decisions/0006).
      const reason = event === 'Evt19' ? 1 : 2;
      const answer = aborts ? `A-ABORT, source 2, reason ${reason}` : 'no A-ABORT';
      it(`${state} (${role}) ${event}: ${action ?? '-'}, ${answer}`, async () => {
        const { layer, socket } = await play(role, steps);
        expect(layer.state).to.equal(state);
        const before = Buffer.concat(socket.written).length;
        socket.arrive(bytes);
        await turn();
        const said = pdus(Buffer.concat(socket.written).subarray(before));
        const aborted = said.filter(({ type }) => type === 'A-ABORT');
        expect(aborted).to.deep.equal(aborts ? [{ type: 'A-ABORT', source: 2, reason }] : []);
        if (aborts) expect(layer.state).to.equal('Sta13');
        socket.breakOff();
        await layer.closed;
        expect(layer.timers.running).to.deep.equal([]);
      });
    }
  }

  it('every PDU but A-ABORT, which no state answers with one, is tried', () => {
    const tried = Object.keys(ARRIVALS);
    const { 'A-ABORT': abort, ...others } = EVENT_OF_PDU;
    expect(tried).to.have.members([...Object.values(others), 'Evt19']);
    expect(tried).not.to.include(abort);
  });
});

function pdus(bytes: Buffer): Pdu[] {
  const read: Pdu[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 6 + bytes.readUInt32BE(at + 2);
    read.push(decodePdu(bytes.subarray(at, end)));
    at = end;
  }
  return read;
}
