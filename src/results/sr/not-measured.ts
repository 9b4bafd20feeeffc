import { subfieldName } from '../../values/etdrs.js';
import type { ResultInput } from '../result-input.js';
import { sourceGeometry } from '../source-geometry.js';
import { etdrsGrid } from '../thickness/etdrs-grid.js';

/** What this scan was not measured for although it was read, and why, in words; empty where nothing is missing. */
export function notMeasured(input: ResultInput): readonly string[] {
  const { volume, findings, source } = input;
  if (volume === undefined || findings === undefined) return [];
  return [
    ...thicknessNotMeasured(input),
    ...(sourceGeometry(source, volume).planes === undefined
      ? [
          'Position in the eye: the scan says no planes or no Frame of Reference; results refer to its frame numbers, and no height map and no parametric map can be made.',
        ]
      : []),
  ];
}

function thicknessNotMeasured(input: ResultInput): readonly string[] {
  const grid = etdrsGrid(input);
  if (grid === undefined) {
    return [
      'Thickness in the ETDRS grid: the inner limiting membrane or the outer surface of Bruch’s membrane was not found.',
    ];
  }
  const missing = grid.subfields.filter(({ um }) => um === undefined);
  if (missing.length === 0) return [];
  const list = missing.map(
    (subfield) => `${subfieldName(subfield)} (${String(Math.floor(subfield.coverage * 100))} %)`,
  );
  return [
    `Thickness in the ETDRS grid: too little was measured of ${list.join(', ')}; hence no total volume.`,
  ];
}
