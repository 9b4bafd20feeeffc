import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { COMMAND_FIELDS, DATA_SET_FOLLOWS, PRIORITY_MEDIUM } from '../command-set.js';
import type { CommandSet } from '../command-set.js';
import { DimseError } from '../errors.js';
import { DataSetBlock } from '../message.js';
import type { DataSetTarget, Requestor } from '../requestor.js';

/** An object to send: a Part 10 file whose data set goes out byte for byte. */
export interface OutgoingInstance {
  readonly path: string;
  /** Where the data set begins: behind preamble and File Meta Information. */
  readonly dataSetOffset: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

/** One block of PDUs is about this large; two are in use, one being read while the other is written. */
const BLOCK_LENGTH = 256 * 1024;
/** One scatter read fills at most so many places (IOV_MAX of the operating system). */
const MOST_PDUS = 1024;

/**
 * C-STORE as SCU (PS3.7 §9.1.1) over an open association.
 * @throws DimseError
 */
export async function sendStore(
  association: Requestor,
  contextId: number,
  instance: OutgoingInstance,
): Promise<CommandSet> {
  // Opened first: a file that is not there must not cost the association.
  const { file, length } = await openDataSet(instance);
  try {
    return await association.request(
      contextId,
      {
        commandField: COMMAND_FIELDS['C-STORE-RQ'],
        affectedSopClassUid: instance.sopClassUid,
        affectedSopInstanceUid: instance.sopInstanceUid,
        priority: PRIORITY_MEDIUM,
        commandDataSetType: DATA_SET_FOLLOWS,
      },
      (target) => streamFile(file, instance.dataSetOffset, length, target),
    );
  } finally {
    await file.close();
  }
}

async function openDataSet(
  instance: OutgoingInstance,
): Promise<{ file: FileHandle; length: number }> {
  let file: FileHandle | undefined;
  try {
    file = await open(instance.path, 'r');
    const length = (await file.stat()).size - instance.dataSetOffset;
    if (length <= 0) throw new Error('it has no data set');
    return { file, length };
  } catch (error) {
    await file?.close();
    throw fileError(error);
  }
}

/** Streams `length` bytes of the file as PDVs: bounded memory, and the next block is read while one is being sent. */
async function streamFile(
  file: FileHandle,
  start: number,
  length: number,
  { contextId, payload, send }: DataSetTarget,
): Promise<void> {
  const pdus = Math.min(MOST_PDUS, Math.max(1, Math.floor(BLOCK_LENGTH / payload)));
  const [first, second] = [new DataSetBlock(payload, pdus), new DataSetBlock(payload, pdus)];
  let sending: Promise<void> = Promise.resolve();
  let done = 0;
  for (let turn = 0; done < length; turn += 1) {
    const block = turn % 2 === 0 ? first : second;
    const wanted = Math.min(block.capacity, length - done);
    await readFully(file, block.payloads(wanted), start + done, wanted);
    await sending;
    done += wanted;
    const endsDataSet = done === length;
    sending = send(block.pdus(contextId, wanted, endsDataSet), endsDataSet);
    // It is awaited one turn later; until then a failure must not count as unhandled.
    sending.catch(() => undefined);
  }
  await sending;
}

async function readFully(
  file: FileHandle,
  places: Buffer[],
  position: number,
  length: number,
): Promise<void> {
  let bytesRead: number;
  try {
    ({ bytesRead } = await file.readv(places, position));
  } catch (error) {
    throw fileError(error);
  }
  // Regular files are read whole but at their end (or when a signal interrupts): anything less is a changed file.
  if (bytesRead !== length) throw fileError(new Error('it became shorter while it was sent'));
}

function fileError(error: unknown): DimseError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const detail = code ?? (error instanceof Error ? error.message : 'unknown error');
  return new DimseError('OCT_DIMSE_FILE', detail);
}
