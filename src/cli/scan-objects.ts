import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScanRecord } from '../archive/scan-view.js';
import type { Acquisition } from '../values/acquisition.js';
import { UsageError } from './commands.js';

/** An object of a scan as it lies in the archive. */
export interface ScanObject {
  /** `source` is what the scanner sent; otherwise the kind of result. */
  readonly kind: string;
  readonly sopInstanceUid: string;
  readonly path: string;
}

/**
 * The objects of a scan: what came, and what was made of it.
 * @param wanted kinds or SOP Instance UIDs; all where it is empty
 * @throws UsageError where there is none of a kind or UID that is wanted
 */
export function objectsOf(
  { results }: Pick<ScanRecord, 'results'>,
  source: Acquisition | undefined,
  wanted: readonly string[],
): readonly ScanObject[] {
  const sources = (source?.instances ?? []).map((one) => ({ ...one, kind: 'source' }));
  const all: readonly ScanObject[] = [...sources, ...results].map(
    ({ kind, sopInstanceUid, path }) => ({ kind, sopInstanceUid, path }),
  );
  if (wanted.length === 0) return all;
  const isMeant = (one: ScanObject, word: string) => [one.kind, one.sopInstanceUid].includes(word);
  const missing = wanted.find((word) => !all.some((one) => isMeant(one, word)));
  if (missing !== undefined) {
    const kinds = [...new Set(all.map(({ kind }) => kind))].join(', ');
    throw new UsageError(`the scan has no '${missing}'; it has ${kinds}`);
  }
  return all.filter((one) => wanted.some((word) => isMeant(one, word)));
}

/** Copies objects as they are into a folder, as `KIND-UID.dcm`; nothing there is written over. */
export async function copyObjects(
  objects: readonly ScanObject[],
  folder: string,
  onProgress: (done: number, of: number) => void,
): Promise<readonly ScanObject[]> {
  await mkdir(folder, { recursive: true });
  const copied: ScanObject[] = [];
  for (const object of objects) {
    const path = join(folder, `${object.kind}-${object.sopInstanceUid}.dcm`);
    await copyFile(object.path, path, constants.COPYFILE_EXCL);
    copied.push({ ...object, path });
    onProgress(copied.length, objects.length);
  }
  return copied;
}
