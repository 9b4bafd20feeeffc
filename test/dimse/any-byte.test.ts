import { expect } from 'chai';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import type { StoreOutcome, StoreReception } from '../../src/dimse/listener.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { memoryAcceptor } from './support/memory-socket.js';
import type { MemorySocket } from './support/memory-socket.js';
import { associateRq, pData, storeRq } from './support/scripted-peer.js';

const DATA_SET = Buffer.from(Array.from({ length: 96 }, (_, index) => index));
const PDUS = [
  encodePdu(associateRq()),
  pData(3, storeRq(), { command: true }),
  pData(3, DATA_SET.subarray(0, 50), { last: false }),
  pData(3, DATA_SET.subarray(50)),
  encodePdu({ type: 'A-RELEASE-RQ' }),
];
const WHOLE = Buffer.concat(PDUS);
/** From here on the acceptor has the object whole. */
const OBJECT_COMPLETE = Buffer.concat(PDUS.slice(0, 4)).length;
/** Where the bytes are that the acceptor passes on and does not look at. */
const PAYLOADS = [
  [Buffer.concat(PDUS.slice(0, 2)).length + 12, 50],
  [Buffer.concat(PDUS.slice(0, 3)).length + 12, 46],
] as const;
const STALL_MS = 60;

interface Outcome {
  readonly how: string | undefined;
  readonly running: readonly string[];
  /** Data sets of which the sink was told that they are whole. */
  readonly stored: readonly Buffer[];
  readonly receptions: number;
  readonly abandoned: number;
  readonly socket: MemorySocket;
}

/** Plays `bytes`, then ends as told; resolves when the association is over. */
async function play(bytes: Buffer, end: (socket: MemorySocket) => void): Promise<Outcome> {
  const stored: Buffer[] = [];
  let [receptions, abandoned] = [0, 0];
  const begin = (): Promise<StoreReception | StoreOutcome> => {
    receptions += 1;
    const parts: Uint8Array[] = [];
    return Promise.resolve({
      write(chunks) {
        parts.push(Buffer.concat(chunks));
        return Promise.resolve();
      },
      finish() {
        stored.push(Buffer.concat(parts));
        return Promise.resolve({ status: 0 });
      },
      abandon() {
        abandoned += 1;
        return Promise.resolve();
      },
    });
  };
  const timers = { ...DEFAULT_TIMERS, artim: STALL_MS, idle: STALL_MS, abort: 20 };
  const { socket, acceptor } = memoryAcceptor({ begin }, { timers });
  await turn();
  socket.arrive(bytes);
  await turn();
  end(socket);
  await acceptor.upperLayer.closed;
  await turn();
  const { end: ended, timers: left } = acceptor.upperLayer;
  return { how: ended?.how, running: left.running, stored, receptions, abandoned, socket };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const leave = (socket: MemorySocket) => {
  socket.arriveEnd();
};

/** What holds however a peer misbehaves: each reception ends once, nothing is left, and `stored` is what was sent. */
function expectInOrder({ how, running, stored, receptions, abandoned }: Outcome, at: number): void {
  expect(how, `byte ${at}`).to.be.a('string');
  expect(running, `byte ${at}`).to.deep.equal([]);
  expect(stored.length + abandoned, `byte ${at}`).to.equal(receptions);
}

const OFFSETS = Array.from(WHOLE, (_, at) => at);
/** One after the other where nothing waits, all at once where a timer must expire. */
async function everywhere(test: (at: number) => Promise<void>, atOnce = false): Promise<void> {
  if (atOnce) await Promise.all(OFFSETS.map(test));
  else for (const at of OFFSETS) await test(at);
}

describe(`a peer that fails at any of the ${WHOLE.length} bytes of a C-STORE association`, function () {
  this.timeout(30_000);

  it('is served where it does not fail', async () => {
    const outcome = await play(WHOLE, leave);
    expect(outcome).to.include({ how: 'released', receptions: 1, abandoned: 0 });
    expect(outcome.stored).to.deep.equal([DATA_SET]);
  });

  for (const [way, cut] of [
    ['closes', leave],
    [
      'resets',
      (socket: MemorySocket) => {
        socket.breakOff();
      },
    ],
  ] as const) {
    it(`R1, R13: ${way}: nothing is stored but what came whole`, () =>
      everywhere(async (at) => {
        const outcome = await play(WHOLE.subarray(0, at), cut);
        expectInOrder(outcome, at);
        expect(outcome.stored, `byte ${at}`).to.deep.equal(at < OBJECT_COMPLETE ? [] : [DATA_SET]);
      }));
  }

  it('R14, R17: stalls: a timer ends it, and nothing is stored but what came whole', () =>
    everywhere(async (at) => {
      const outcome = await play(WHOLE.subarray(0, at), () => undefined);
      expectInOrder(outcome, at);
      expect(outcome.stored, `byte ${at}`).to.deep.equal(at < OBJECT_COMPLETE ? [] : [DATA_SET]);
    }, true));

  it('R37: sends a byte twice', () =>
    everywhere(async (at) => {
      const bytes = Buffer.concat([WHOLE.subarray(0, at + 1), WHOLE.subarray(at)]);
      expectFramingHolds(await play(bytes, leave), at);
    }));

  it('R37: leaves a byte out', () =>
    everywhere(async (at) => {
      const bytes = Buffer.concat([WHOLE.subarray(0, at), WHOLE.subarray(at + 1)]);
      expectFramingHolds(await play(bytes, leave), at);
    }));

  it('R37: exchanges a byte with the next', () =>
    everywhere(async (at) => {
      const bytes = Buffer.from(WHOLE);
      bytes.subarray(at, at + 2).reverse();
      expectFramingHolds(await play(bytes, leave), at);
    }));

  for (const bit of [0, 3, 7]) {
    it(`R37: corrupts a byte (bit ${bit})`, () =>
      everywhere(async (at) => {
        const bytes = Buffer.from(WHOLE);
        bytes[at]! ^= 1 << bit;
        const outcome = await play(bytes, leave);
        expectInOrder(outcome, at);
        // Inside the data set the transport cannot know, and passes on what came.
        const inPayload = PAYLOADS.some(([from, length]) => at >= from && at < from + length);
        if (inPayload) expect(outcome.stored.map((stored) => stored.length)).to.deep.equal([96]);
        else for (const stored of outcome.stored) expect(DATA_SET.includes(stored)).to.equal(true);
      }));
  }

  it('R37: sends its PDUs in another order, or one of them twice', async () => {
    for (const first of PDUS.keys()) {
      for (const second of PDUS.keys()) {
        const exchanged = [...PDUS];
        [exchanged[first], exchanged[second]] = [PDUS[second]!, PDUS[first]!];
        expectFramingHolds(await play(Buffer.concat(exchanged), leave), first);
        const twice = [...PDUS.slice(0, first + 1), PDUS[second]!, ...PDUS.slice(first + 1)];
        expectInOrder(await play(Buffer.concat(twice), leave), first);
      }
    }
  });
});

/** A shifted stream may still be legal where the shift lies in a payload; never is more stored than one object. */
function expectFramingHolds(outcome: Outcome, at: number): void {
  expectInOrder(outcome, at);
  expect(outcome.stored.length, `byte ${at}`).to.be.at.most(1);
  for (const stored of outcome.stored) expect(stored.length, `byte ${at}`).to.be.at.most(96);
}
