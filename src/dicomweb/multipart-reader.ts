import { HttpProblem } from '../http/problem.js';

/** One part of a multipart body. Its content is read to its end (never left by `break`) or not at all. */
export interface Part {
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Pieces as they come, several at a time; views into what was received. */
  readonly content: AsyncGenerator<readonly Buffer[], void>;
}

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const HEADERS_MAX_LENGTH = 16 * 1024;
/** RFC 2046 5.1.1, but for the length: it allows 70 characters, Orthanc sends 73. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,255}[0-9A-Za-z'()+_,\-./:=?]$/;

/**
 * The parts of a multipart body (RFC 2046 5.1) as they arrive, without copying their content. A part whose boundary does
 * not come ends with an error and never as if it were whole (decision 71).
 *
 * @throws HttpProblem OCT_HTTP_BAD_REQUEST where it is malformed, and what `body` throws.
 */
export async function* multipartParts(
  body: AsyncIterable<readonly Buffer[], void>,
  boundary: string,
): AsyncGenerator<Part, void> {
  if (!BOUNDARY.test(boundary)) malformed('boundary missing or illegal');
  const reader = new Reader(body, Buffer.from(`\r\n--${boundary}`, 'latin1'));
  await skip(reader.untilDelimiter()); // preamble
  while (!(await reader.atEnd())) {
    const headers = parseHeaders(await reader.headers());
    const content = reader.untilDelimiter();
    yield { headers, content };
    await skip(content);
  }
  await reader.skipRest();
}

class Reader {
  readonly #source: AsyncIterator<readonly Buffer[], void>;
  /** Received and not yet read; the first boundary may lack its CRLF. */
  readonly #waiting: Buffer[] = [CRLF];

  constructor(
    body: AsyncIterable<readonly Buffer[], void>,
    private readonly delimiter: Buffer,
  ) {
    this.#source = body[Symbol.asyncIterator]();
  }

  /** Everything before the next delimiter, which is taken too. */
  async *untilDelimiter(): AsyncGenerator<readonly Buffer[], void> {
    const { delimiter } = this;
    const waiting = this.#waiting;
    let pieces: Buffer[] = [];
    for (;;) {
      const chunk = waiting.shift();
      if (chunk === undefined) {
        if (pieces.length > 0) yield pieces;
        pieces = [];
        await this.#receive();
        continue;
      }
      const at = chunk.indexOf(delimiter);
      if (at >= 0) {
        if (at > 0) pieces.push(chunk.subarray(0, at));
        waiting.unshift(chunk.subarray(at + delimiter.length));
        if (pieces.length > 0) yield pieces;
        return;
      }
      const kept = beginningAtEnd(chunk, delimiter);
      if (chunk.length > kept) pieces.push(chunk.subarray(0, chunk.length - kept));
      if (kept > 0) {
        if (waiting.length === 0) await this.#receive();
        waiting[0] = Buffer.concat([chunk.subarray(chunk.length - kept), waiting[0]!]);
      }
    }
  }

  /** Behind a delimiter: was it the last one? */
  async atEnd(): Promise<boolean> {
    return (await this.#atLeast(2)).subarray(0, 2).toString('latin1') === '--';
  }

  /** Behind a delimiter: the lines up to the empty one. */
  async headers(): Promise<string> {
    for (let length = END_OF_HEADERS.length; ;) {
      const start = await this.#atLeast(length);
      const at = start.indexOf(END_OF_HEADERS);
      if (Math.max(at, length) > HEADERS_MAX_LENGTH) malformed('headers of a part are too long');
      if (at >= 0) {
        this.#waiting[0] = start.subarray(at + END_OF_HEADERS.length);
        return start.toString('latin1', 0, at);
      }
      length = start.length + 1;
    }
  }

  async skipRest(): Promise<void> {
    for (let done = false; !done;) done = (await this.#source.next()).done === true;
  }

  /** The first chunk, made at least so long. */
  async #atLeast(length: number): Promise<Buffer> {
    while ((this.#waiting[0]?.length ?? 0) < length) {
      if (this.#waiting.length < 2) await this.#receive();
      this.#waiting.splice(0, 2, Buffer.concat(this.#waiting.slice(0, 2)));
    }
    return this.#waiting[0]!;
  }

  /** Waits until there is at least one more chunk. */
  async #receive(): Promise<void> {
    for (const before = this.#waiting.length; this.#waiting.length === before;) {
      const next = await this.#source.next();
      if (next.done === true) malformed('the last boundary is missing');
      this.#waiting.push(...next.value.filter(({ length }) => length > 0));
    }
  }
}

/** How many bytes at the end of `chunk` may be the beginning of `delimiter`. */
function beginningAtEnd(chunk: Buffer, delimiter: Buffer): number {
  const most = Math.min(chunk.length, delimiter.length - 1);
  for (let at = chunk.indexOf(delimiter[0]!, chunk.length - most); at >= 0;) {
    if (chunk.subarray(at).equals(delimiter.subarray(0, chunk.length - at)))
      return chunk.length - at;
    at = chunk.indexOf(delimiter[0]!, at + 1);
  }
  return 0;
}

function parseHeaders(text: string): ReadonlyMap<string, string> {
  const [padding = '', ...lines] = text.split('\r\n');
  if (padding.trim() !== '') malformed('something behind a boundary');
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) malformed('a header of a part');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

async function skip(content: AsyncGenerator): Promise<void> {
  while ((await content.next()).done !== true);
}

function malformed(what: string): never {
  throw new HttpProblem('OCT_HTTP_BAD_REQUEST', `Malformed multipart body: ${what}.`);
}
