import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isUid, randomUid } from '../dicom/uid.js';

/**
 * The UID of this installation, made once for a data folder: the Device Observer UID of every report (TID 1004), so that
 * two hospitals' nodes are never the same device.
 */
export function installationUid(dataDir: string): string {
  const path = join(dataDir, 'installation.uid');
  try {
    const known = readFileSync(path, 'utf8').trim();
    if (isUid(known)) return known;
  } catch {
    // First start on this folder.
  }
  const uid = randomUid();
  writeFileSync(path, `${uid}\n`);
  return uid;
}
