import { TISSUES, tissueIndex } from '../values/tissue.js';
import type { EnFaceMap, EnFaceMaps } from './model.js';
import type { ScanImages } from './ports.js';

const CHOROID = tissueIndex('choroid');
const RETINA = [tissueIndex('neurosensory-retina'), tissueIndex('intraretinal-fluid')];
/** The fovea is looked for this near to the middle of the scan, in mm. */
const FOVEA_WITHIN = 1.5;
/** Thickness is compared as its mean over this width, in mm, so that one A-scan is no fovea. */
const FOVEA_WIDTH = 0.3;

/** One map in the making: µm of each cell. */
interface Thickness {
  readonly name: string;
  readonly meaning: string;
  readonly um: Uint16Array;
}

/**
 * What lies under each point of the fundus: mean brightness, the thickness of the retina (inner limiting membrane to
 * Bruch's membrane; only where the stored result shows every tissue) and of each fluid and lesion. Frames × columns on
 * the scan's own grid. The event loop gets a turn after every B-scan.
 */
export async function enFaceMaps(images: ScanImages): Promise<EnFaceMaps> {
  const { frames, columns, rows, spacing } = images;
  const um = spacing.axial * 1000;
  const lesions = images.tissues
    .map((index) => ({ index, ...TISSUES[index]! }))
    .filter(({ kind }) => kind === 'fluid' || kind === 'lesion')
    .map((tissue) => ({ ...tissue, um: new Uint16Array(frames * columns) }));
  const retina: Thickness | undefined =
    images.coverage === 'all'
      ? {
          name: 'retina',
          meaning: 'Retina: inner limiting to Bruch membrane',
          um: new Uint16Array(frames * columns),
        }
      : undefined;
  const projection = new Uint8Array(frames * columns);
  for (let frame = 0; frame < frames; frame++) {
    const pixels = images.bScan(frame);
    const map = images.tissueMap(frame);
    for (let column = 0; column < columns; column++) {
      const cell = frame * columns + column;
      projection[cell] = meanOf(pixels, column, columns, rows);
      const counts = new Uint16Array(TISSUES.length);
      let inner = -1;
      let outer = -1;
      for (let row = 0; row < rows; row++) {
        const tissue = map[row * columns + column]!;
        counts[tissue]!++;
        if (inner < 0 && RETINA.includes(tissue)) inner = row;
        if (outer < 0 && tissue === CHOROID) outer = row;
      }
      for (const lesion of lesions) lesion.um[cell] = Math.round(counts[lesion.index]! * um);
      if (retina && inner >= 0 && outer > inner) retina.um[cell] = Math.round((outer - inner) * um);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const thicknesses = [...(retina ? [retina] : []), ...lesions];
  return {
    frames,
    columns,
    projection: Buffer.from(projection).toString('base64'),
    maps: thicknesses.map(toMap),
    centre: centreOf(images, retina),
  };
}

function meanOf(pixels: Uint8Array, column: number, columns: number, rows: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += pixels[row * columns + column]!;
  return Math.round(sum / rows);
}

function toMap({ name, meaning, um }: Thickness): EnFaceMap {
  const bytes = Buffer.alloc(um.length * 2);
  let maximum = 0;
  um.forEach((value, index) => {
    bytes.writeUInt16LE(value, index * 2);
    if (value > maximum) maximum = value;
  });
  return { name, meaning, maximum, values: bytes.toString('base64') };
}

/** The thinnest place of the retina near the middle is taken for the fovea; without a retina the middle is all there is. */
function centreOf(
  { frames, columns, spacing }: ScanImages,
  retina: Thickness | undefined,
): EnFaceMaps['centre'] {
  const middle = { frame: (frames - 1) / 2, column: (columns - 1) / 2 };
  if (retina === undefined) return { ...middle, on: 'the middle of the scan' };
  const near = (spacingMm: number, width: number) => Math.round(width / spacingMm);
  const half = {
    frames: near(spacing.frame, FOVEA_WIDTH / 2),
    columns: near(spacing.lateral, FOVEA_WIDTH / 2),
  };
  const reach = {
    frames: near(spacing.frame, FOVEA_WITHIN),
    columns: near(spacing.lateral, FOVEA_WITHIN),
  };
  let best: { frame: number; column: number; um: number } | undefined;
  const step = Math.max(1, half.columns >> 1);
  for (let df = -reach.frames; df <= reach.frames; df++) {
    for (let dc = -reach.columns; dc <= reach.columns; dc += step) {
      const frame = Math.round(middle.frame) + df;
      const column = Math.round(middle.column) + dc;
      const um = meanAround(retina.um, { frames, columns }, frame, column, half);
      if (um !== undefined && (best === undefined || um < best.um)) best = { frame, column, um };
    }
  }
  return best === undefined
    ? { ...middle, on: 'the middle of the scan' }
    : { frame: best.frame, column: best.column, on: 'the thinnest retina near the middle' };
}

/** Undefined where a part of it lies outside the scan or has no retina. */
function meanAround(
  um: Uint16Array,
  size: { readonly frames: number; readonly columns: number },
  frame: number,
  column: number,
  half: { readonly frames: number; readonly columns: number },
): number | undefined {
  let sum = 0;
  let count = 0;
  for (let f = frame - half.frames; f <= frame + half.frames; f++) {
    for (let c = column - half.columns; c <= column + half.columns; c++) {
      if (f < 0 || c < 0 || f >= size.frames || c >= size.columns) return undefined;
      const value = um[f * size.columns + c]!;
      if (value === 0) return undefined;
      sum += value;
      count++;
    }
  }
  return sum / count;
}
