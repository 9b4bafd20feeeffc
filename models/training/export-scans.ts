/**
 * Puts annotated DICOM scans on the canonical grid of a model set, by the product's own reading of scan and truth, for
 * finetune.py.
 *
 *   node --import tsx models/training/export-scans.ts TABLE SCANS MODELS OUT
 *
 * TABLE as for `octriage evaluate` (docs/guides/evaluate.md). For the row in line N that has a segmentation:
 * OUT/N-bscans.npy  uint8 [frames, 256, 256], intensity = value / 255 over the range of the contract
 * OUT/N-labels.npy  uint8 [frames, 256, 256], index into TISSUES; 253 fluid of any kind, 254 none of `classes`,
 *                   255 outside the scan or not looked at
 * OUT/N-cases.json  name, device, classes, neighbourStride; written last
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeNpy } from '../../fixtures/phantom/npy.js';
import { PROFILES } from '../../src/devices/profiles.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { sourceFrames, truthOf } from '../../src/rereading/evaluate-scans.js';
import { parseTruthTable } from '../../src/evaluation/truth-table.js';
import {
  labelsToCanonicalGrid,
  OUTSIDE_SCAN,
  toCanonicalGrid,
} from '../../src/inference/canonical-grid.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { isNamed, scansIn } from '../../src/rereading/scan-folder.js';
import { loadAcquisition } from '../../src/volume/load-acquisition.js';
import { asBytes, COLUMNS, middleColumns, zeroIntensity } from './canonical-case.js';

const [table = '', scans = '', models = '', out = ''] = process.argv.slice(2);
const { canonicalGrid, normalisation } = loadModelSet(models).manifest;
const { clip } = normalisation;
mkdirSync(out, { recursive: true });
const found = await scansIn(scans);
for (const row of parseTruthTable(readFileSync(table, 'utf8'))) {
  if (row.segmentation === undefined) continue;
  const files = found.find((one) => isNamed(row.scan, one, scans));
  if (files === undefined) throw new Error(`line ${row.line}: there is no scan '${row.scan}'`);
  const loaded = await loadAcquisition(files, (header) => matchProfile(header, PROFILES));
  if ('reasons' in loaded) {
    const why = loaded.reasons.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
    throw new Error(`line ${row.line}: '${row.scan}' cannot be read: ${why}`);
  }
  const { volume } = loaded;
  const truth = await truthOf(row, join(table, '..'), volume, sourceFrames(loaded, files));
  const { labels, classes } = truth.segmentation!;
  const scan = toCanonicalGrid(volume, canonicalGrid, normalisation);
  const onGrid = labelsToCanonicalGrid(labels, scan.placement);
  const shape = [volume.frames, canonicalGrid.rows, COLUMNS];
  const path = join(out, String(row.line));
  writeNpy(
    `${path}-bscans.npy`,
    middleColumns(asBytes(scan, clip), scan, zeroIntensity(clip)),
    shape,
  );
  writeNpy(`${path}-labels.npy`, middleColumns(onGrid, scan, OUTSIDE_SCAN), shape);
  const { neighbourStride } = scan.placement;
  const described = { name: row.scan, device: volume.profile.id, classes, neighbourStride };
  writeFileSync(`${path}-cases.json`, JSON.stringify(described));
  console.error(`${row.scan}: ${volume.frames} B-scans, ${classes.join(', ')}`);
}
