import { TISSUES } from '../values/tissue.js';
import type { EnFaceMap, EnFaceMaps } from './model.js';
import type { ScanImages } from './ports.js';

const DISAGREEMENT = {
  name: 'disagreement',
  meaning: 'Disagreement: depth on which a network contradicts',
};
const RETINA = { name: 'retina', meaning: 'Retina: inner limiting to Bruch membrane' };

/** One map in the making: µm of each cell. */
interface Thickness {
  readonly name: string;
  readonly meaning: string;
  readonly um: Uint16Array;
}

/**
 * What lies under each point of the fundus: mean brightness, the thickness of the retina (where the stored result shows
 * every tissue) and of each fluid and lesion, and the depth on which networks differ (where a stored result says it).
 * Frames × columns on the scan's own grid. The event loop gets a turn after every B-scan.
 */
export async function enFaceMaps(images: ScanImages): Promise<EnFaceMaps> {
  const { frames, columns, rows, spacing, coverage } = images;
  const um = spacing.axial * 1000;
  const differing = images.dissenters ?? images.alternatives;
  const mapOf = (what: { readonly name: string; readonly meaning: string }) => ({
    ...what,
    um: new Uint16Array(frames * columns),
  });
  const lesions = images.tissues
    .map((index) => ({ index, ...TISSUES[index]! }))
    .filter(({ kind }) => kind === 'fluid' || kind === 'lesion')
    .map((tissue) => ({ ...mapOf(tissue), index: tissue.index }));
  const retina = coverage === 'all' ? mapOf(RETINA) : undefined;
  const disagreement = differing && mapOf(DISAGREEMENT);
  const projection = new Uint8Array(frames * columns);
  for (let frame = 0; frame < frames; frame++) {
    const first = frame * columns;
    const tissueMap = images.tissueMap(frame);
    // NaN becomes 0: not drawn.
    retina?.um.set(images.retinaUm(tissueMap).map(Math.round), first);
    projection.set(columnMeans(images.bScan(frame), columns), first);
    const tissueRows = countRows(tissueMap, columns);
    const dissentRows = differing && countRows(differing.map(frame), columns);
    for (let column = 0; column < columns; column++) {
      const rowsOf = (counts: Uint16Array, value: number) => counts[column * VALUES + value]!;
      for (const lesion of lesions) {
        lesion.um[first + column] = Math.round(rowsOf(tissueRows, lesion.index) * um);
      }
      if (disagreement && dissentRows) {
        disagreement.um[first + column] = Math.round((rows - rowsOf(dissentRows, 0)) * um);
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    frames,
    columns,
    projection: Buffer.from(projection).toString('base64'),
    maps: [...(retina ? [retina] : []), ...lesions, ...(disagreement ? [disagreement] : [])].map(
      toMap,
    ),
  };
}

/** Of a byte. */
const VALUES = 256;

/** For each column how many rows hold each value: columns × VALUES. Row by row, as the bytes lie in memory. */
function countRows(map: Uint8Array, columns: number): Uint16Array {
  const counts = new Uint16Array(columns * VALUES);
  for (let at = 0; at < map.length; at += columns) {
    for (let column = 0; column < columns; column++) {
      counts[column * VALUES + map[at + column]!]!++;
    }
  }
  return counts;
}

function columnMeans(pixels: Uint8Array, columns: number): Float32Array {
  const means = new Float32Array(columns);
  for (let at = 0; at < pixels.length; at += columns) {
    for (let column = 0; column < columns; column++) means[column]! += pixels[at + column]!;
  }
  return means.map((sum) => Math.round((sum * columns) / pixels.length));
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
