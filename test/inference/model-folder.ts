import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The model set that ships with the program. */
export const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

/** A copy of the shipped model set that a test may damage. */
export class ModelFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'octriage-models-'));

  constructor() {
    cpSync(MODELS, this.path, {
      recursive: true,
      filter: (source) => !['training', 'work'].includes(basename(source)),
    });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes the manifest again, changed; the schema is not asked. */
  changeManifest(change: (manifest: Record<string, unknown>) => void): void {
    const manifest = JSON.parse(readFileSync(this.file('manifest.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    change(manifest);
    writeFileSync(this.file('manifest.json'), JSON.stringify(manifest));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
