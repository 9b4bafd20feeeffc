import { DicomError } from '../dicom/errors.js';
import { readMetaStart, type MetaRead } from '../dicom/part10.js';
import { SOP_CLASSES_ACCEPTED, transferSyntax } from '../dicom/uids.js';
import type { IncomingObject, ObjectIdentity, StorePort } from './ports.js';

/** What became of one part of a request: stored, or a Failure Reason (PS3.18 Table I.2-2). */
export interface StoredPart {
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
  readonly stored?: ObjectIdentity;
  readonly failureReason?: number;
}

export const FAILURE_REASONS = {
  outOfResources: 0xa700,
  processingFailure: 0x0110,
  sopClassNotSupported: 0x0122,
  cannotUnderstand: 0xc000,
  transferSyntaxNotSupported: 0xc122,
} as const;

interface Head extends MetaRead {
  readonly start: Buffer;
  readonly rest: readonly Buffer[];
}

/**
 * Streams one Part 10 file into the archive: its File Meta Information says what it is, its data set is kept byte for
 * byte. Resolves when all bytes are taken; what that resolves to resolves when the object is durable, so that the next
 * one can come in meanwhile.
 *
 * @throws what `content` throws (cut off, too large); nothing of the object is kept then.
 */
export async function storeObject(
  content: AsyncGenerator<readonly Buffer[], void>,
  port: StorePort,
  request: Omit<IncomingObject, 'sopClassUid' | 'sopInstanceUid' | 'transferSyntaxUid'>,
): Promise<() => Promise<StoredPart>> {
  const head = await readHead(content);
  if (head === undefined) return await refused(content, {}, 'cannotUnderstand');
  const { start, rest, meta, dataSetOffset, transferSyntaxUid } = head;
  const sopClassUid = meta.text('MediaStorageSOPClassUID') ?? '';
  const sopInstanceUid = meta.text('MediaStorageSOPInstanceUID') ?? '';
  const named = { sopClassUid, sopInstanceUid };
  // The same objects as at the other door.
  if (!SOP_CLASSES_ACCEPTED.includes(sopClassUid))
    return await refused(content, named, 'sopClassNotSupported');
  if (transferSyntax(transferSyntaxUid) === undefined)
    return await refused(content, named, 'transferSyntaxNotSupported');

  const reception = await port.begin({ ...request, ...named, transferSyntaxUid });
  try {
    await reception.write([start.subarray(dataSetOffset), ...rest]);
    for await (const batch of content) await reception.write(batch);
  } catch (error) {
    await reception.abandon('the request was cut off');
    throw error;
  }
  return async () => {
    const { status, instance } = await reception.finish();
    return instance === undefined
      ? { ...named, failureReason: status }
      : { ...named, stored: instance };
  };
}

/** The pieces up to the one that ends File Meta Information, joined, and those behind it; undefined where it is no Part 10 file. */
async function readHead(
  content: AsyncGenerator<readonly Buffer[], void>,
): Promise<Head | undefined> {
  let start: Buffer = Buffer.alloc(0);
  for (;;) {
    const next = await content.next();
    if (next.done === true) return undefined;
    for (const [index, piece] of next.value.entries()) {
      start = start.length === 0 ? piece : Buffer.concat([start, piece]);
      try {
        const meta = readMetaStart(start);
        if (meta !== undefined) return { ...meta, start, rest: next.value.slice(index + 1) };
      } catch (error) {
        if (error instanceof DicomError) return undefined;
        throw error;
      }
    }
  }
}

async function refused(
  content: AsyncGenerator,
  named: Pick<StoredPart, 'sopClassUid' | 'sopInstanceUid'>,
  why: keyof typeof FAILURE_REASONS,
): Promise<() => Promise<StoredPart>> {
  while ((await content.next()).done !== true);
  return () => Promise.resolve({ ...named, failureReason: FAILURE_REASONS[why] });
}
