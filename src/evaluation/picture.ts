import { crc32, deflateSync } from 'node:zlib';
import type { OctVolume } from '../values/oct-volume.js';
import { tissueColour, type Rgb } from '../values/tissue-colour.js';
import { TISSUES } from '../values/tissue.js';
import { TRUTH_LABELS, type SegmentationTruth } from './truth.js';

/** Widest a panel becomes; pixels are square. */
const PANEL = { width: 320, height: 220 } as const;
const GAP = 6;
const OVERLAY = 0.6;

/** Background stays the grey of the scan, and so does tissue of which all scans are full. */
const COLOURS: readonly (Rgb | undefined)[] = TISSUES.map(({ name, kind }) =>
  kind === 'background' || name === 'choroid' ? undefined : tissueColour(name),
);
const FLUID_COLOUR: Rgb = [0, 200, 255];

/**
 * One B-scan of the scan as a PNG: at the left as it is, then what was found, then what is true where that is known. The
 * B-scan is the one in which both differ most, or that shows most fluid and lesions, or the middle one.
 */
export function drawPicture(
  volume: OctVolume,
  tissueMap: Uint8Array | undefined,
  truth: SegmentationTruth | undefined,
): Uint8Array {
  const { rows, columns, spacing } = volume;
  const size = rows * columns;
  const start = decisiveFrame(volume, tissueMap, truth) * size;
  const of = (map: Uint8Array | undefined) => map?.subarray(start, start + size);
  const panels = [undefined, of(tissueMap), of(truth?.labels)].filter(
    (map, i) => i === 0 || map !== undefined,
  );
  const pixel = Math.max(
    (columns * spacing.lateral) / PANEL.width,
    (rows * spacing.axial) / PANEL.height,
  );
  const width = Math.max(1, Math.round((columns * spacing.lateral) / pixel));
  const height = Math.max(1, Math.round((rows * spacing.axial) / pixel));
  const full = panels.length * (width + GAP) - GAP;
  const image = new Uint8Array(full * height * 3).fill(255);
  panels.forEach((map, panel) => {
    for (let y = 0; y < height; y++) {
      const row = Math.floor((y * rows) / height);
      for (let x = 0; x < width; x++) {
        const at = row * columns + Math.floor((x * columns) / width);
        const grey = volume.voxels[start + at]!;
        const colour = map && colourOf(map[at]!);
        const target = (y * full + panel * (width + GAP) + x) * 3;
        for (let i = 0; i < 3; i++) {
          image[target + i] = colour ? OVERLAY * colour[i]! + (1 - OVERLAY) * grey : grey;
        }
      }
    }
  });
  return png(full, height, image);
}

function colourOf(label: number): Rgb | undefined {
  return label === TRUTH_LABELS.anyFluid ? FLUID_COLOUR : COLOURS[label];
}

function decisiveFrame(
  { frames, rows, columns }: OctVolume,
  tissueMap: Uint8Array | undefined,
  truth: SegmentationTruth | undefined,
): number {
  const size = rows * columns;
  const counts = Array.from({ length: frames }, (_, frame) => {
    let count = 0;
    for (let i = frame * size; i < (frame + 1) * size; i++) {
      const label = truth?.labels[i];
      if (label === TRUTH_LABELS.notAnnotated) continue;
      const found = tissueMap?.[i] ?? 0;
      const differs = label !== undefined && label !== TRUTH_LABELS.other && label !== found;
      if (truth === undefined ? isLesion(found) : differs) count++;
    }
    return count;
  });
  const most = Math.max(...counts);
  return most > 0 ? counts.indexOf(most) : Math.floor(frames / 2);
}

function isLesion(label: number): boolean {
  const kind = TISSUES[label]?.kind;
  return kind === 'fluid' || kind === 'lesion';
}

/** PNG, 8 bit RGB: nothing of the runtime's packages is needed for it. */
function png(width: number, height: number, rgbBytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y++) {
    lines.set(rgbBytes.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  }
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
