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
 * C-STORE as SCU (PS3.7 §9.1.1) over one open association, object after object, out of the same two blocks of memory.
 * While one is answered the next is opened and its beginning read (decision 121).
 */
export class StoreScu {
  #blocks: readonly [DataSetBlock, DataSetBlock] | undefined;
  #next:
    { readonly instance: OutgoingInstance; readonly opening: Promise<DataSetFile> } | undefined;

  constructor(private readonly association: Requestor) {}

  /**
   * Sends `instance`. While its answer is awaited, `next` is made ready: it is to be what is sent next.
   * @throws DimseError
   */
  async send(
    contextId: number,
    instance: OutgoingInstance,
    next?: OutgoingInstance,
  ): Promise<CommandSet> {
    // Opened first: a file that is not there must not cost the association.
    const dataSet = await this.#open(instance);
    try {
      return await this.association.request(
        contextId,
        {
          commandField: COMMAND_FIELDS['C-STORE-RQ'],
          affectedSopClassUid: instance.sopClassUid,
          affectedSopInstanceUid: instance.sopInstanceUid,
          priority: PRIORITY_MEDIUM,
          commandDataSetType: DATA_SET_FOLLOWS,
        },
        async (target) => {
          await this.#stream(dataSet, instance.dataSetOffset, target);
          if (next) this.#readAhead(next, target.payload);
        },
      );
    } finally {
      await dataSet.file.close();
    }
  }

  /** Lets go of a file that was opened ahead and is not sent. */
  async close(): Promise<void> {
    const ahead = this.#next;
    this.#next = undefined;
    const opened = await ahead?.opening.catch(() => undefined);
    await opened?.file.close();
  }

  async #open(instance: OutgoingInstance): Promise<DataSetFile> {
    const ahead = this.#next;
    if (ahead?.instance !== instance) {
      await this.close();
      return openDataSet(instance);
    }
    this.#next = undefined;
    return ahead.opening;
  }

  #readAhead(instance: OutgoingInstance, payload: number): void {
    const opening = openDataSet(instance).then(async ({ file, length }) => {
      const [block] = this.#blocksOf(payload);
      const inMemory = Math.min(block.capacity, length);
      try {
        await readFully(file, block.payloads(inMemory), instance.dataSetOffset, inMemory);
      } catch (error) {
        await file.close();
        throw error;
      }
      return { file, length, inMemory };
    });
    // Its failure is told when its turn comes.
    opening.catch(() => undefined);
    this.#next = { instance, opening };
  }

  #blocksOf(payload: number): readonly [DataSetBlock, DataSetBlock] {
    return (this.#blocks ??= twoBlocks(payload));
  }

  /** Streams a data set as PDVs: bounded memory, and the next block is read while one is being sent. */
  async #stream(
    { file, length, inMemory }: DataSetFile,
    start: number,
    { contextId, payload, send }: DataSetTarget,
  ): Promise<void> {
    const blocks = this.#blocksOf(payload);
    let sending: Promise<void> = Promise.resolve();
    let done = 0;
    for (let turn = 0; done < length; turn += 1) {
      const block = turn % 2 === 0 ? blocks[0] : blocks[1];
      const wanted = Math.min(block.capacity, length - done);
      if (done >= inMemory) await readFully(file, block.payloads(wanted), start + done, wanted);
      await sending;
      done += wanted;
      const endsDataSet = done === length;
      sending = send(block.pdus(contextId, wanted, endsDataSet), endsDataSet);
      // It is awaited one turn later; until then a failure must not count as unhandled.
      sending.catch(() => undefined);
    }
    await sending;
  }
}

interface DataSetFile {
  readonly file: FileHandle;
  /** Of the data set, in bytes. */
  readonly length: number;
  /** So many of its first bytes lie in the first block. */
  readonly inMemory: number;
}

function twoBlocks(payload: number): readonly [DataSetBlock, DataSetBlock] {
  const pdus = Math.min(MOST_PDUS, Math.max(1, Math.floor(BLOCK_LENGTH / payload)));
  return [new DataSetBlock(payload, pdus), new DataSetBlock(payload, pdus)];
}

async function openDataSet(instance: OutgoingInstance): Promise<DataSetFile> {
  let file: FileHandle | undefined;
  try {
    file = await open(instance.path, 'r');
    const length = (await file.stat()).size - instance.dataSetOffset;
    if (length <= 0) throw new Error('it has no data set');
    return { file, length, inMemory: 0 };
  } catch (error) {
    await file?.close();
    throw fileError(error);
  }
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
