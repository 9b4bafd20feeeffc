import { TISSUES } from '../values/tissue.js';
import type { EnFaceMap, EnFaceMaps } from './model.js';
import type { ScanImages } from './ports.js';

const RETINA = { name: 'retina', meaning: 'Retina: inner limiting to Bruch membrane' };

/** One map in the making: µm of each cell. */
interface Thickness {
  readonly name: string;
  readonly meaning: string;
  readonly um: Uint16Array;
}

/**
 * What lies under each point of the fundus: mean brightness, the thickness of the retina (where the stored result shows
 * every tissue) and of each fluid and lesion. Frames × columns on the scan's own grid. The event loop gets a turn after
 * every B-scan.
 */
export async function enFaceMaps(images: ScanImages): Promise<EnFaceMaps> {
  const { frames, columns, rows, spacing } = images;
  const um = spacing.axial * 1000;
  const lesions = images.tissues
    .map((index) => ({ index, ...TISSUES[index]! }))
    .filter(({ kind }) => kind === 'fluid' || kind === 'lesion')
    .map((tissue) => ({ ...tissue, um: new Uint16Array(frames * columns) }));
  const retina = new Uint16Array(frames * columns);
  const projection = new Uint8Array(frames * columns);
  for (let frame = 0; frame < frames; frame++) {
    const pixels = images.bScan(frame);
    const map = images.tissueMap(frame);
    // NaN becomes 0: not drawn.
    retina.set(images.retinaUm(frame).map(Math.round), frame * columns);
    for (let column = 0; column < columns; column++) {
      const cell = frame * columns + column;
      projection[cell] = meanOf(pixels, column, columns, rows);
      const counts = new Uint16Array(TISSUES.length);
      for (let row = 0; row < rows; row++) counts[map[row * columns + column]!]!++;
      for (const lesion of lesions) lesion.um[cell] = Math.round(counts[lesion.index]! * um);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const thicknesses = [
    ...(images.coverage === 'all' ? [{ ...RETINA, um: retina }] : []),
    ...lesions,
  ];
  return {
    frames,
    columns,
    projection: Buffer.from(projection).toString('base64'),
    maps: thicknesses.map(toMap),
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
