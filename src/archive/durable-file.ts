import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const BUFFER_BYTES = 256 * 1024;

/**
 * Writes a file while hashing what is written. Small chunks are gathered in two buffers: one is filled while the other
 * goes to disk, so the sender waits only when the disk is a whole buffer behind.
 */
export class HashingFileWriter {
  /** Bytes given to `write`, the head excluded. */
  byteLength = 0;
  readonly #hash = createHash('sha256');
  #filling = Buffer.allocUnsafe(BUFFER_BYTES);
  #spare = Buffer.allocUnsafe(BUFFER_BYTES);
  #filled = 0;
  #position: number;
  #inFlight: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: FileHandle,
    private readonly headLength: number,
  ) {
    this.#position = headLength;
  }

  /** Creates `path`, which must not exist, beginning with `head`, which is not part of the digest. */
  static async create(path: string, head: Uint8Array): Promise<HashingFileWriter> {
    const file = await open(path, 'wx');
    try {
      await writeAll(file, head, 0);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new HashingFileWriter(file, head.length);
  }

  /** Takes a copy of `chunk`; resolves when the next one may come. Rejects with the disk's error. */
  async write(chunk: Uint8Array): Promise<void> {
    this.byteLength += chunk.length;
    for (let taken = 0; taken < chunk.length;) {
      const part = chunk.subarray(taken, taken + BUFFER_BYTES - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled === BUFFER_BYTES) await this.#flush();
    }
  }

  /** Writes what is left. The file is whole, but not yet durable. */
  async finish(): Promise<{ digest: string; byteLength: number; dataSetOffset: number }> {
    await this.#flush();
    await this.#inFlight;
    return {
      digest: this.#hash.digest('hex'),
      byteLength: this.byteLength,
      dataSetOffset: this.headLength,
    };
  }

  /** After this the bytes survive a power cut; their name only after `syncFolder`. */
  sync(): Promise<void> {
    return this.file.datasync();
  }

  async close(): Promise<void> {
    await this.#inFlight.catch(() => undefined);
    await this.file.close();
  }

  async #flush(): Promise<void> {
    await this.#inFlight;
    const full = this.#filling.subarray(0, this.#filled);
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#filled = 0;
    this.#hash.update(full);
    this.#inFlight = writeAll(this.file, full, this.#position);
    this.#inFlight.catch(() => undefined); // told at the next flush or at finish
    this.#position += full.length;
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
    await writeAll(file, bytes, 0);
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
  const stream = createReadStream(path, { start, highWaterMark: BUFFER_BYTES });
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
