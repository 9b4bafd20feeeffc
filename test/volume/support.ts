import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matchProfile } from '../../src/devices/match-profile.js';
import { loadVolume, type LoadedVolume } from '../../src/volume/load-volume.js';
import type { OctVolume } from '../../src/values/oct-volume.js';

/** Loads a Part 10 file from memory as the pipeline does from the archive. */
export async function loadBytes(bytes: Uint8Array): Promise<LoadedVolume> {
  const folder = mkdtempSync(join(tmpdir(), 'octriage-volume-'));
  try {
    const path = join(folder, 'instance.dcm');
    writeFileSync(path, bytes);
    return await loadVolume({ path }, matchProfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The volume, or a failure that names the reasons. */
export function volumeOf(loaded: LoadedVolume): OctVolume {
  if ('volume' in loaded) return loaded.volume;
  throw new Error(loaded.reasons.map(({ name, detail }) => `${name}: ${detail}`).join('; '));
}

export function reasonsOf(loaded: LoadedVolume): readonly string[] {
  return 'reasons' in loaded ? loaded.reasons.map(({ name }) => name) : [];
}
