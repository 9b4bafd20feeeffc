import { readFileSync, readdirSync } from 'node:fs';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import type { AcceptorOptions } from '../../src/dimse/acceptor.js';
import { MessageReader } from '../../src/dimse/message.js';
import { decodePdu } from '../../src/dimse/upper-layer/pdu-decode.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { UpperLayer } from '../../src/dimse/upper-layer/upper-layer.js';
import type { Random } from '../../fixtures/phantom/random.js';
import { MemorySocket, memoryAcceptor } from '../dimse/support/memory-socket.js';
import { associateRq } from '../dimse/support/scripted-peer.js';
import { chunks, mutate } from './mutate.js';

const STREAMS = new URL('../../fixtures/protocol/streams/', import.meta.url);

/** What real peers sent, as it went over the wire. */
const recorded = new Map(
  readdirSync(STREAMS).map((name) => {
    const text = readFileSync(new URL(name, STREAMS), 'utf8').replaceAll(/#.*/gu, '');
    return [name, Buffer.from(text.replaceAll(/\s/gu, ''), 'hex')];
  }),
);
const ANSWERED = 'echoscu-answered.hex';
const requested = [...recorded].filter(([name]) => name !== ANSWERED).map(([, bytes]) => bytes);
const answered = recorded.get(ANSWERED) ?? Buffer.alloc(0);

/** Takes the bytes and counts them: what it holds at the end must be nothing. */
function countingSink(): { store: AcceptorOptions['store']; open: () => number } {
  let open = 0;
  return {
    open: () => open,
    store: {
      begin() {
        open += 1;
        return Promise.resolve({
          write: () => Promise.resolve(),
          finish() {
            open -= 1;
            return Promise.resolve({ status: 0 });
          },
          abandon() {
            open -= 1;
            return Promise.resolve();
          },
        });
      },
    },
  };
}

/** A damaged stream into the acceptor: it ends, with nothing left running, and all that it said is PDUs. */
export async function feedAcceptor(random: Random): Promise<void> {
  const { store, open } = countingSink();
  const { socket, acceptor, events } = memoryAcceptor(store);
  await feed(random, socket, random.choose(requested));
  await acceptor.upperLayer.closed;
  await turn();
  expectEnded(acceptor.upperLayer, socket);
  if (open() !== 0) throw new Error(`${open()} receptions are open`);
  const ours = events.find((event) => event.type === 'aborted' && event.why.includes('internal'));
  if (ours) throw new Error(`an error of ours: ${JSON.stringify(ours)}`);
}

/** A damaged answer to a request of ours. */
export async function feedRequestor(random: Random): Promise<void> {
  const socket = new MemorySocket();
  const upperLayer: UpperLayer = UpperLayer.request(
    socket.asSocket,
    associateRq(),
    {
      releaseIndication() {
        upperLayer.respondRelease();
      },
      ended: () => undefined,
    },
    { timers: DEFAULT_TIMERS, maxPduLength: 32768 },
  );
  const messages = new MessageReader(upperLayer.data);
  const reading = (async () => {
    while (await messages.next());
  })().catch(() => undefined);
  socket.emit('connect');
  await feed(random, socket, answered);
  await upperLayer.closed;
  await reading;
  expectEnded(upperLayer, socket);
  if (upperLayer.end?.how === 'aborted' && upperLayer.end.why.startsWith('internal')) {
    throw new Error(`an error of ours: ${upperLayer.end.why}`);
  }
}

async function feed(random: Random, socket: MemorySocket, stream: Buffer): Promise<void> {
  await turn();
  for (const chunk of chunks(random, mutate(random, stream))) {
    socket.arrive(chunk);
    if (random.chance(0.02)) await turn();
  }
  await turn();
  if (random.chance(0.5)) socket.arriveEnd();
  else socket.breakOff();
}

function expectEnded(upperLayer: UpperLayer, socket: MemorySocket): void {
  if (!upperLayer.end) throw new Error('the socket is gone and nobody was told');
  const { running } = upperLayer.timers;
  if (running.length > 0) throw new Error(`timers still run: ${running.join(', ')}`);
  if (!socket.destroyed) throw new Error('the socket is not destroyed');
  // Each write is one PDU or several: all of them whole and legal.
  for (let bytes = Buffer.concat(socket.written); bytes.length > 0;) {
    const end = 6 + bytes.readUInt32BE(2);
    encodePdu(decodePdu(bytes.subarray(0, end)));
    bytes = bytes.subarray(end);
  }
}

/** Lets everything that waits run once. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
