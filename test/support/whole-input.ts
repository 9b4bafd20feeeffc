import type { ResultInput } from '../../src/results/result-input.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { resultInput, SHAPE, type InputOptions } from './result-input.js';

/** The first row of the retina in an A-scan of `wholeInput`, lesions left out: no flip of the map gives the same. */
export function innerRow(frame: number, column: number): number {
  return frame < 2 && column > 3 ? 2 : 1;
}

export const RPE_ROW = 5;
export const CHOROID_ROW = 6;
export const MEMBERS = 3;

/** Where networks differ, how many, and what most of them see there; no flip of the volume gives the same. */
export const DISSENT = [
  { frame: 1, row: 2, column: 7, count: 1, tissue: 'serous-ped' },
  { frame: 3, row: 4, column: 0, count: 2, tissue: 'drusenoid-ped' },
  { frame: 3, row: 4, column: 1, count: 1, tissue: 'vitreous' },
] as const;

/** An input that every kind of result can be made of: layers between the lesions, and networks that differ. */
export function wholeInput(options: InputOptions = {}): ResultInput {
  const input = resultInput(options);
  if (input.findings === undefined) return input;
  const { frames, rows, columns } = SHAPE;
  const tissueMap = Uint8Array.from(input.findings.tissueMap);
  const retina = tissueIndex('neurosensory-retina');
  for (let frame = 0; frame < frames; frame++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = (frame * rows + row) * columns + column;
        if (tissueMap[at] !== retina) continue;
        if (row < innerRow(frame, column)) tissueMap[at] = tissueIndex('vitreous');
        if (row === RPE_ROW) tissueMap[at] = tissueIndex('retinal-pigment-epithelium');
        if (row === CHOROID_ROW) tissueMap[at] = tissueIndex('choroid');
      }
    }
  }
  const dissenters = new Uint8Array(tissueMap.length);
  const alternatives = tissueMap.slice();
  for (const { frame, row, column, count, tissue } of DISSENT) {
    const at = (frame * rows + row) * columns + column;
    dissenters[at] = count;
    alternatives[at] = tissueIndex(tissue);
  }
  const dissent = { members: MEMBERS, dissenters, alternatives };
  const memberMaps = Array.from({ length: MEMBERS }, (_, member) =>
    tissueMap.map((label, at) => (member < dissenters[at]! ? alternatives[at]! : label)),
  );
  return { ...input, findings: { ...input.findings, tissueMap, dissent, memberMaps } };
}

/** The report that an earlier reading of the scan made, as the ledger knows it. */
export const PREDECESSOR = {
  kind: 'report',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.88.34',
  sopInstanceUid: '2.25.4711',
  seriesInstanceUid: '2.25.4712',
} as const;
