import { expect } from 'chai';
import fc from 'fast-check';
import { multipartParts } from '../../src/dicomweb/multipart-reader.js';

interface ReadPart {
  readonly headers: Record<string, string>;
  readonly content: string;
}

async function* batchesOf(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer[], void> {
  let batch: Buffer[] = [];
  let at = 0;
  for (const [i, length] of [...cuts, bytes.length].entries()) {
    batch.push(bytes.subarray(at, at + length));
    at += length;
    if (i % 2 === 0) {
      await Promise.resolve();
      yield batch;
      batch = [];
    }
  }
  yield batch;
}

async function read(bytes: Buffer, cuts: readonly number[], boundary = 'b'): Promise<ReadPart[]> {
  const parts: ReadPart[] = [];
  for await (const { headers, content } of multipartParts(batchesOf(bytes, cuts), boundary)) {
    const pieces: Buffer[] = [];
    for await (const batch of content) pieces.push(...batch);
    parts.push({
      headers: Object.fromEntries(headers),
      content: Buffer.concat(pieces).toString('latin1'),
    });
  }
  return parts;
}

async function failure(bytes: Buffer, boundary?: string): Promise<unknown> {
  try {
    await read(bytes, [], boundary);
  } catch (error) {
    return error;
  }
  throw new Error('was read');
}

/** Bytes of which boundaries are made, so that near misses are many. */
const nearly = fc
  .array(fc.constantFrom('\r', '\n', '-', 'b', 'x', '\r\n--', '\r\n-'), { maxLength: 40 })
  .map((letters) => letters.join(''))
  .filter((text) => !`\r\n${text}\r\n`.includes('\r\n--b'));

describe('multipart bodies', () => {
  it('any parts in any cuts come out as they went in, however near to a boundary', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(nearly, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(7), { maxLength: 200 }),
        fc.boolean(),
        async (contents, cuts, preamble) => {
          const parts = contents.map((content) => `--b\r\nContent-Type: x\r\n\r\n${content}\r\n`);
          const body = `${preamble ? 'preamble\r\n' : ''}${parts.join('')}--b--\r\nepilogue`;
          const result = await read(Buffer.from(body, 'latin1'), cuts);
          expect(result.map(({ content }) => content)).to.deep.equal(contents);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a body cut off anywhere before its last boundary is an error, never a shorter part', async () => {
    const whole = Buffer.from('--b\r\nA: 1\r\n\r\nfirst\r\n--b\r\n\r\nsecond\r\n--b--', 'latin1');
    for (let length = 0; length < whole.length; length += 1) {
      const error = await failure(whole.subarray(0, length));
      expect(error, `cut at ${String(length)}`).to.have.property('code', 'OCT_HTTP_BAD_REQUEST');
    }
    expect(await read(whole, [])).to.deep.equal([
      { headers: { a: '1' }, content: 'first' },
      { headers: {}, content: 'second' },
    ]);
  });

  it('endless headers, junk behind a boundary and an illegal boundary are refused', async () => {
    const long = Buffer.from(`--b\r\nA: ${'x'.repeat(20_000)}\r\n\r\n\r\n--b--`);
    expect(await failure(long)).to.have.property('code', 'OCT_HTTP_BAD_REQUEST');
    expect(await failure(Buffer.from('--bc\r\n\r\n\r\n--b--')))
      .to.have.property('message')
      .match(/behind/);
    for (const boundary of ['', 'a\r\nb', 'x'.repeat(257)])
      expect(await failure(long, boundary))
        .to.have.property('message')
        .match(/boundary/);
  });

  it('a part that nobody reads is skipped', async () => {
    const body = Buffer.from('--b\r\n\r\nfirst\r\n--b\r\n\r\nsecond\r\n--b--', 'latin1');
    const parts = multipartParts(batchesOf(body, [3, 9]), 'b');
    for (const done of [false, false, true]) expect((await parts.next()).done).to.equal(done);
  });
});
