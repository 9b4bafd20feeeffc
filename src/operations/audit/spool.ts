import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';

/** A file is closed at this size, so that what is sent again after a fault is never much. */
const SEGMENT_BYTES = 256 * 1024;
const SEGMENT = /^\d{12}\.syslog$/;

/** A file of whole frames, to be sent as it is. */
export interface Segment {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Audit messages that are not sent yet, in files of syslog frames, the oldest first. What is in it survives the end of
 * the process; a power cut may cost the last ones, since a sync for each message would cost 3 ms of the event loop.
 * Bounded by bytes: when it is full the newcomers are dropped and counted, so that what came first, which may tell how
 * it began, stays.
 */
export class AuditSpool {
  #number: number;
  #current: { path: string; bytes: number } | undefined;
  #bytes = 0;
  #dropped = 0;

  constructor(
    private readonly folder: string,
    private readonly maximumBytes: number,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (SEGMENT.test(name)) keepWholeFrames(join(folder, name));
    }
    const names = readdirSync(folder);
    for (const name of names) this.#bytes += statSync(join(folder, name)).size;
    this.#number = Math.max(0, ...names.map((name) => Number.parseInt(name, 10) || 0));
  }

  /** Bytes on disk, those aside among them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that were not taken since the last `takeDropped`. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The count of dropped messages, which begins anew. */
  takeDropped(): number {
    const count = this.#dropped;
    this.#dropped = 0;
    return count;
  }

  hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= this.maximumBytes;
  }

  /** False where there is no room for it. */
  add(frame: Uint8Array): boolean {
    if (!this.hasRoom(frame.length)) {
      this.#dropped += 1;
      return false;
    }
    if (this.#current === undefined || this.#current.bytes >= SEGMENT_BYTES) this.#begin();
    const current = this.#current!;
    appendFileSync(current.path, frame, { mode: 0o600 });
    current.bytes += frame.length;
    this.#bytes += frame.length;
    return true;
  }

  /** The oldest segment, or the oldest after `behind`; it gets nothing more from now on. */
  next(behind?: string): Segment | undefined {
    const [name] = readdirSync(this.folder)
      .filter((one) => SEGMENT.test(one))
      .filter((one) => behind === undefined || join(this.folder, one) > behind)
      .sort();
    if (name === undefined) return undefined;
    const path = join(this.folder, name);
    if (this.#current?.path === path) this.#current = undefined;
    return { path, bytes: statSync(path).size };
  }

  /** It was sent. */
  remove({ path, bytes }: Segment): void {
    rmSync(path, { force: true });
    this.#bytes -= bytes;
  }

  /** It cannot be sent and must not keep the others waiting: it stays for somebody to look at. */
  setAside({ path }: Segment): string {
    const aside = path.replace(/\.syslog$/, '.aside');
    renameSync(path, aside);
    return aside;
  }

  #begin(): void {
    this.#number += 1;
    const name = `${String(this.#number).padStart(12, '0')}.syslog`;
    this.#current = { path: join(this.folder, name), bytes: 0 };
  }
}

/** A frame that a power cut has cut short would shift every frame behind it. */
function keepWholeFrames(path: string): void {
  const content = readFileSync(path);
  let end = 0;
  for (;;) {
    const length = /^(\d{1,9}) /.exec(content.toString('latin1', end, end + 10));
    if (!length) break;
    const next = end + length[0].length + Number(length[1]);
    if (next > content.length) break;
    end = next;
  }
  if (end === 0) rmSync(path);
  else if (end < content.length) truncateSync(path, end);
}
