import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { AuditSpool } from './spool.js';

const FRAME = /\.frame$/;

/**
 * Leaves the audit message of a command for the node: the spool has one writer, the node, which takes the message over
 * within a second, or at its next start. A file each, in place by one rename, so that the node never sees half of one.
 * Files belong to the owner of the data folder, even where the command runs as root.
 * @returns false where there is no room: what waits may not be more than `maximumBytes`
 * @throws the file system's errors
 */
export function leaveFrame(folder: string, frame: Uint8Array, maximumBytes: number): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, gid } = statSync(dirname(folder));
  const own = (path: string): void => {
    if (process.getuid?.() === 0) chownSync(path, uid, gid);
  };
  own(folder);
  const waiting = readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  if (waiting + frame.length > maximumBytes) return false;
  const path = join(folder, `${Date.now()}-${randomUUID()}`);
  writeFileSync(path, frame, { flag: 'wx', mode: 0o600 });
  own(path);
  renameSync(path, `${path}.frame`);
  return true;
}

/**
 * Takes what commands left into the spool, the oldest first, as far as there is room; the rest waits. A message may come
 * twice where the process ends in between, none is lost.
 * @returns the files that cannot be read, which are set aside for somebody to look at
 */
export function takeLeftFrames(folder: string, spool: AuditSpool): readonly string[] {
  if (!existsSync(folder)) return [];
  const aside: string[] = [];
  for (const name of readdirSync(folder)
    .filter((one) => FRAME.test(one))
    .sort()) {
    const path = join(folder, name);
    let frame: Buffer;
    try {
      frame = readFileSync(path);
    } catch {
      aside.push(path.replace(FRAME, '.aside'));
      renameSync(path, aside.at(-1)!);
      continue;
    }
    if (!spool.hasRoom(frame.length)) break;
    spool.add(frame);
    rmSync(path);
  }
  return aside;
}
