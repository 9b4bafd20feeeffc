import { RINGS, type GridCentre } from '../../values/etdrs.js';
import type { Laterality } from '../../values/laterality.js';
import type { ResultInput } from '../result-input.js';
import { SUBFIELDS, type Subfield } from './codes.js';
import { findFovea, Mean, scanCentre, type Place } from './fovea.js';
import { neuralThickness, retinalThickness, type ThicknessMap } from './thickness-map.js';

/** Less of a subfield than this was measured: its mean would be that of another area. */
const LEAST_COVERAGE = 0.8;

export interface MeasuredSubfield extends Subfield {
  /** Mean thickness in µm; `undefined` where too little of the subfield was measured. */
  readonly um: number | undefined;
  /** Share (0 to 1) of the subfield that lies in the scan and has a thickness. */
  readonly coverage: number;
}

/** Retinal thickness (inner limiting membrane to Bruch's membrane) in the ETDRS grid. */
export interface EtdrsGrid {
  readonly map: ThicknessMap;
  readonly centre: Place & { readonly by: GridCentre };
  /** Thickness of the A-scan at the centre in µm. */
  readonly centrePointUm: number | undefined;
  /** In the order of SUBFIELDS. */
  readonly subfields: readonly MeasuredSubfield[];
  /** Of the circle of 6 mm, in mm³; only where every subfield was measured. */
  readonly totalVolumeMm3: number | undefined;
}

const answers = new WeakMap<ResultInput, { readonly grid: EtdrsGrid | undefined }>();

/** The grid of a scan; `undefined` without findings, or where the surfaces were not found. */
export function etdrsGrid(input: ResultInput): EtdrsGrid | undefined {
  const answer = answers.get(input) ?? { grid: measure(input) };
  answers.set(input, answer);
  return answer.grid;
}

function measure(input: ResultInput): EtdrsGrid | undefined {
  const { volume } = input;
  const map = retinalThickness(input);
  if (volume === undefined || map === undefined) return undefined;
  const { spacing, laterality } = volume;
  const pits = neuralThickness(input);
  const fovea = pits && findFovea(pits, spacing);
  const centre = { ...(fovea ?? scanCentre(map)), by: fovea ? 'fovea' : 'scan centre' } as const;
  const means = SUBFIELDS.map(() => ({ thickness: new Mean(), all: 0 }));
  const reach = RINGS.outer[1];
  const frames = Math.ceil(reach / spacing.frame);
  const columns = Math.ceil(reach / spacing.lateral);
  // Beyond the edges of the scan, too: what lies there was not measured, and counts as that.
  for (let f = Math.round(centre.frame) - frames; f <= Math.round(centre.frame) + frames; f++) {
    const y = (f - centre.frame) * spacing.frame;
    const middle = Math.round(centre.column);
    for (let c = middle - columns; c <= middle + columns; c++) {
      const x = (c - centre.column) * spacing.lateral;
      const index = subfieldAt(x, y, laterality);
      if (index === -1) continue;
      means[index]!.all += 1;
      const inside = f >= 0 && f < map.frames && c >= 0 && c < map.columns;
      if (inside) means[index]!.thickness.add(map.um[f * map.columns + c]!);
    }
  }
  const subfields = SUBFIELDS.map((subfield, index) => {
    const { thickness, all } = means[index]!;
    const coverage = all === 0 ? 0 : thickness.count / all;
    return { ...subfield, coverage, um: coverage < LEAST_COVERAGE ? undefined : thickness.value };
  });
  const point =
    map.um[Math.round(centre.frame) * map.columns + Math.round(centre.column)] ?? Number.NaN;
  return {
    map,
    centre,
    centrePointUm: Number.isNaN(point) ? undefined : point,
    subfields,
    totalVolumeMm3: totalVolume(subfields),
  };
}

/** Index in SUBFIELDS of a place, mm to the right and towards superior from the centre; -1 outside the grid. */
function subfieldAt(x: number, y: number, laterality: Laterality): number {
  const distance = Math.hypot(x, y);
  if (distance < RINGS.centre[1]) return 0;
  // Columns run as acquired: in a right eye the nose is to the right, in a left eye to the left.
  const nasal = laterality === 'R' ? x : -x;
  const quadrant =
    Math.abs(y) >= Math.abs(x)
      ? y > 0
        ? 'superior'
        : 'inferior'
      : nasal > 0
        ? 'nasal'
        : 'temporal';
  return SUBFIELDS.findIndex((subfield) => {
    const [from, to] = RINGS[subfield.ring];
    return (
      distance >= from && distance < to && 'quadrant' in subfield && subfield.quadrant === quadrant
    );
  });
}

/** µm × mm² are 0.001 mm³. */
function totalVolume(subfields: readonly MeasuredSubfield[]): number | undefined {
  let sum = 0;
  for (const { um, ring, quadrant } of subfields) {
    if (um === undefined) return undefined;
    const [from, to] = RINGS[ring];
    const area = Math.PI * (to ** 2 - from ** 2) * (quadrant === undefined ? 1 : 0.25);
    sum += (um * area) / 1000;
  }
  return sum;
}
