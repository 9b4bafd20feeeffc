import type { Random } from '../../fixtures/phantom/random.js';

/** What breaks parsers: ends of ranges, and signs where none is expected. */
const EDGES = [
  0,
  1,
  2,
  3,
  4,
  0x7f,
  0x80,
  0xfe,
  0xff,
  0x7fff,
  0xffff,
  0x7fffffff,
  0xfffffffe,
  2 ** 32 - 1,
];

type Mutation = (random: Random, bytes: Buffer) => Buffer;

/** Each takes bytes that are not empty and returns others; it may change what it was given. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flipBit(random, bytes) {
    const at = random.integer(0, bytes.length);
    bytes[at]! ^= 1 << random.integer(0, 8);
    return bytes;
  },
  setByte(random, bytes) {
    bytes[random.integer(0, bytes.length)] = random.integer(0, 256);
    return bytes;
  },
  /** Lengths lie: of PDUs, items and elements, in either byte order. */
  lie16(random, bytes) {
    if (bytes.length < 2) return bytes;
    const at = random.integer(0, bytes.length - 1);
    const value = random.choose(EDGES) & 0xffff;
    if (random.chance(0.5)) bytes.writeUInt16BE(value, at);
    else bytes.writeUInt16LE(value, at);
    return bytes;
  },
  lie32(random, bytes) {
    if (bytes.length < 4) return bytes;
    const at = random.integer(0, bytes.length - 3);
    const value = random.choose(EDGES);
    if (random.chance(0.5)) bytes.writeUInt32BE(value, at);
    else bytes.writeUInt32LE(value, at);
    return bytes;
  },
  cut: (random, bytes) => bytes.subarray(0, random.integer(0, bytes.length)),
  remove(random, bytes) {
    const [from, to] = range(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  repeat(random, bytes) {
    const [from, to] = range(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  /** Items change places. */
  swap(random, bytes) {
    const [from, to] = range(random, bytes.length);
    const between = random.integer(from, to + 1);
    const parts = [
      bytes.subarray(0, from),
      bytes.subarray(between, to),
      bytes.subarray(from, between),
    ];
    return Buffer.concat([...parts, bytes.subarray(to)]);
  },
  insert(random, bytes) {
    const at = random.integer(0, bytes.length + 1);
    const stranger = Buffer.from(
      Array.from({ length: random.integer(1, 40) }, () => random.integer(0, 256)),
    );
    return Buffer.concat([bytes.subarray(0, at), stranger, bytes.subarray(at)]);
  },
};

/** A damaged copy: one to four mutations. */
export function mutate(random: Random, original: Uint8Array): Buffer {
  let bytes = Buffer.from(original);
  for (let left = random.integer(1, 5); left > 0 && bytes.length > 0; left -= 1) {
    bytes = random.choose(Object.values(MUTATIONS))(random, bytes) as Buffer<ArrayBuffer>;
  }
  return bytes;
}

/** The bytes in pieces as a network might bring them: whole, a few, or byte by byte. */
export function chunks(random: Random, bytes: Buffer): Buffer[] {
  const longest = random.choose([bytes.length, 1500, 200, 7]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + random.integer(1, longest + 1);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

function range(random: Random, length: number): [from: number, to: number] {
  const from = random.integer(0, length);
  return [from, Math.min(length, from + random.integer(1, 300))];
}
