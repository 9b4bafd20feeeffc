import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** A body or a part of one: its media type with parameters, and its bytes. */
export interface Payload {
  readonly type: string;
  readonly location?: string;
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Large reads: each passes through the event loop once. */
const READ_LENGTH = 1024 * 1024;

/** A stretch of a file, or all of it. */
export function fileBytes(
  path: string,
  range?: { readonly offset: number; readonly length: number },
): AsyncIterable<Uint8Array> {
  return createReadStream(path, {
    highWaterMark: READ_LENGTH,
    ...(range && { start: range.offset, end: range.offset + range.length - 1 }),
  });
}

/**
 * Answers with `multipart/related` (RFC 2387), at the pace of the client. What goes wrong in a part that was begun cuts
 * the connection: an incomplete body must not look complete.
 *
 * @param partType of the root, as the parameter `type` says it
 */
export async function sendMultipart(
  response: Response,
  partType: string,
  parts: AsyncIterable<Payload> | Iterable<Payload>,
): Promise<void> {
  const boundary = randomUUID();
  response.set('Content-Type', `multipart/related; type="${partType}"; boundary=${boundary}`);
  await sendAll(response, async function* () {
    for await (const { type, location, bytes } of parts) {
      const at = location === undefined ? '' : `Content-Location: ${location}\r\n`;
      yield Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n${at}\r\n`, 'latin1');
      if (bytes instanceof Uint8Array) yield bytes;
      else yield* bytes;
      yield Buffer.from('\r\n', 'latin1');
    }
    yield Buffer.from(`--${boundary}--\r\n`, 'latin1');
  });
}

/** Answers with one body. */
export async function sendSingle(
  response: Response,
  { type, location, bytes }: Payload,
): Promise<void> {
  response.set('Content-Type', type);
  if (location !== undefined) response.set('Content-Location', location);
  if (bytes instanceof Uint8Array) response.end(bytes);
  else await sendAll(response, () => bytes);
}

/** A client that leaves before the end is no error. */
async function sendAll(response: Response, bytes: () => AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(bytes, response);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === CLIENT_GONE;
    if (!gone) throw error;
  }
}

const CLIENT_GONE = 'ERR_STREAM_PREMATURE_CLOSE';
