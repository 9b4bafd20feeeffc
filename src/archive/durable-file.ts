import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** So many bytes of the data set stay in memory until the end: most headers are shorter, and are checked there. */
const KEPT_BYTES = 64 * 1024;

/**
 * Where closed files had their first bytes, to be used again: two new buffers an object made V8 collect its whole heap
 * every 90 objects (decision 120). What is given back beyond so many is left to it.
 */
const unusedStarts: Buffer[] = [];
const MOST_UNUSED = 64;

/**
 * Writes a file while hashing what is written. Chunks go to the disk as they are, by scatter writes, and are hashed
 * while the disk has them: a copy into a buffer of our own cost more than it saved (decision 7).
 */
export class HashingFileWriter {
  /** Bytes given to `write`, the head excluded. */
  byteLength = 0;
  /** Length of the head, which is where those bytes begin in the file. */
  readonly headLength: number;
  readonly #hash = createHash('sha256');
  #start: Buffer | undefined = unusedStarts.pop() ?? Buffer.allocUnsafeSlow(KEPT_BYTES);
  #head: Uint8Array | undefined;

  private constructor(
    private readonly file: FileHandle,
    head: Uint8Array,
  ) {
    this.#head = head;
    this.headLength = head.length;
  }

  /**
   * Creates `path`, which must not exist. The file begins with `head`, which is not part of the digest and is written
   * with the first chunk.
   */
  static async create(path: string, head: Uint8Array): Promise<HashingFileWriter> {
    return new HashingFileWriter(await open(path, 'wx'), head);
  }

  /** Resolves when the disk has taken the bytes; they must not change before. */
  async write(chunks: readonly Uint8Array[]): Promise<void> {
    const head = this.#head;
    this.#head = undefined;
    const position = head === undefined ? this.headLength + this.byteLength : 0;
    const writing = writeAll(this.file, head === undefined ? chunks : [head, ...chunks], position);
    writing.catch(() => undefined); // told below
    for (const chunk of chunks) {
      this.#hash.update(chunk);
      if (this.byteLength < KEPT_BYTES)
        this.#start?.set(chunk.subarray(0, KEPT_BYTES - this.byteLength), this.byteLength);
      this.byteLength += chunk.length;
    }
    await writing;
  }

  /** The first bytes given to `write`: 64 KiB, or all. To be read before `close`. */
  start(): Buffer {
    return (this.#start ?? Buffer.alloc(0)).subarray(0, this.byteLength);
  }

  /** The file is whole, but not yet durable. */
  async finish(): Promise<{ digest: string; byteLength: number }> {
    if (this.#head !== undefined) await this.write([]);
    return { digest: this.#hash.digest('hex'), byteLength: this.byteLength };
  }

  /** After this the bytes survive a power cut; their name only after `syncFolder`. */
  sync(): Promise<void> {
    return this.file.datasync();
  }

  close(): Promise<void> {
    if (this.#start && unusedStarts.length < MOST_UNUSED) unusedStarts.push(this.#start);
    this.#start = undefined;
    return this.file.close();
  }
}

/** Writes `bytes` to `path` (through `temporary`) and returns once file and name survive a power cut. */
export async function writeFileDurably(
  path: string,
  temporary: string,
  bytes: Uint8Array,
): Promise<void> {
  const file = await open(temporary, 'wx');
  try {
    await writeAll(file, [bytes], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await moveDurably(temporary, path);
}

/** Renames within one file system; the new name survives a power cut. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

const syncing = new Map<string, { running: Promise<void>; next: Promise<void> | undefined }>();

/**
 * Makes the names in a folder durable. Callers that arrive while a sync runs share the next one: what they renamed
 * before may have missed the running one, and one sync serves all of them.
 */
export async function syncFolder(folder: string): Promise<void> {
  const current = syncing.get(folder);
  if (current === undefined) {
    const running = fsyncFolder(folder).finally(() => {
      if (syncing.get(folder)?.running === running) syncing.delete(folder);
    });
    syncing.set(folder, { running, next: undefined });
    return running;
  }
  current.next ??= current.running.catch(() => undefined).then(() => syncFolder(folder));
  return current.next;
}

async function fsyncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const made = new Map<string, Promise<void>>();

/**
 * Makes one folder in an existing one, durably. The first use in a process always syncs the parent, found or made:
 * the process before may have been killed between making and syncing it.
 */
export function makeFolderDurably(folder: string): Promise<void> {
  const known = made.get(folder);
  if (known !== undefined) return known;
  const making = mkdir(folder, { recursive: true }).then(() => syncFolder(dirname(folder)));
  made.set(folder, making);
  making.catch(() => made.delete(folder));
  return making;
}

/** SHA-256 (hex) of the last `byteLength` bytes of a file: of the data set behind its head. */
export async function digestOfEnd(path: string, byteLength: number): Promise<string> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  const start = Math.max(0, size - byteLength);
  const stream = createReadStream(path, { start });
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function writeAll(
  file: FileHandle,
  chunks: readonly Uint8Array[],
  position: number,
): Promise<void> {
  for (let left = chunks; left.length > 0;) {
    const { bytesWritten } = await file.writev(left, position);
    position += bytesWritten;
    left = behind(left, bytesWritten);
  }
}

/** What is left of `chunks` after their first `length` bytes. */
function behind(chunks: readonly Uint8Array[], length: number): readonly Uint8Array[] {
  const left: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (length < chunk.length) left.push(chunk.subarray(length));
    length = Math.max(0, length - chunk.length);
  }
  return left;
}
