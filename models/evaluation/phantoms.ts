import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { APPEARANCES } from '../../fixtures/phantom/appearances.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { npyBytes } from '../../fixtures/phantom/npy.js';
import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import {
  evaluateFolder,
  type EvaluatedScans,
  type EvaluationRoom,
} from '../../src/rereading/evaluate-scans.js';
import type { EvaluatedScan } from '../../src/evaluation/evaluated-scan.js';

const KNOWN: readonly DressId[] = [
  'heidelberg-spectralis',
  'topcon-3doct2000',
  'topcon-maestro2',
  'zeiss-cirrus',
];

export interface PhantomSet {
  readonly volumes: number;
  readonly firstSeed: number;
  /** B-scans of each volume; rows and columns are the device's. */
  readonly frames: number;
  readonly devices: readonly string[] | undefined;
}

/** One volume after the other: as DICOM file with its truth, read as a hospital's would be, and removed again. */
export async function evaluatePhantoms(
  room: EvaluationRoom,
  { volumes, firstSeed, frames, devices = KNOWN }: PhantomSet,
): Promise<{ title: string; evaluated: EvaluatedScans }> {
  const scans: EvaluatedScan[] = [];
  const pictures = new Map<string, Uint8Array>();
  const notEvaluated: string[] = [];
  for (let i = 0; i < volumes; i++) {
    const dress = devices[i % devices.length] as DressId;
    const { appearance } = DRESSES[dress];
    const seed = firstSeed + i;
    const options = { appearances: [appearance], randomise: false, artefacts: false, frames };
    const { appearance: _, ...phantom } = drawSpecification(seed, options);
    const folder = mkdtempSync(join(tmpdir(), 'octriage-evaluate-'));
    try {
      const { rows, columns } = APPEARANCES[appearance];
      const size = { frames, rows, columns };
      const [file] = writeOptFiles(folder, [{ dress, phantom, size, uidSeed: `${seed}` }]);
      const { truth, storedFrames, uids } = file!;
      const area = rows * columns;
      const stored = storedFrames.map((f) => truth.tissueMap.subarray(f * area, (f + 1) * area));
      const labels = npyBytes(Buffer.concat(stored), [frames, rows, columns]);
      writeFileSync(join(folder, 'truth.npy'), labels);
      const row = {
        line: 1,
        scan: uids.instance,
        referral: truth.referral,
        pathologies: truth.pathologies,
        segmentation: 'truth.npy',
      };
      const table = { path: join(folder, 'labels.csv'), rows: [row] };
      const one = await evaluateFolder(folder, table, room, { pictures: true });
      const name = `seed ${seed}`;
      scans.push(...one.scans.map((scan) => ({ ...scan, name })));
      for (const picture of one.pictures.values()) pictures.set(name, picture);
      notEvaluated.push(...one.notEvaluated);
      const { decision, reasons } = one.scans[0] ?? { decision: null, reasons: [] };
      console.error(
        `${i + 1}/${volumes} ${dress}: ${truth.referral} -> ${decision ?? reasons.join()}`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const title = `${volumes} phantoms of ${frames} B-scans from seed ${firstSeed}, never trained on`;
  return { title, evaluated: { scans, pictures, withoutTruth: [], notEvaluated } };
}
