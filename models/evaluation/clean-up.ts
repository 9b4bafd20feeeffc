/** Steps that could be done to an unclear scan before the networks see it; each keeps the matrix. Only measured: none is built in. */
export interface Scan {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  /** Grey levels, frames × rows × columns. */
  readonly voxels: Uint8Array;
}

export const CLEAN_UPS = {
  none: ({ voxels }: Scan): Uint8Array => voxels,
  'median 3 × 3': median,
  'mean of the neighbouring B-scans (¼ ½ ¼)': neighbours,
  'non-local means over 3 B-scans': nonLocalMeans,
  'attenuation compensation': compensate,
} as const;
export type CleanUp = keyof typeof CLEAN_UPS;

function median(scan: Scan): Uint8Array {
  const { frames, rows, columns, voxels } = scan;
  const output = voxels.slice();
  const nine = new Uint8Array(9);
  for (let line = 0; line < frames * rows; line++) {
    const row = line % rows;
    if (row === 0 || row === rows - 1) continue;
    for (let column = 1; column < columns - 1; column++) {
      const at = line * columns + column;
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 3; j++) nine[k * 3 + j] = voxels[at + (k - 1) * columns + j - 1]!;
      }
      output[at] = nine.sort()[4]!;
    }
  }
  return output;
}

function neighbours({ frames, rows, columns, voxels }: Scan): Uint8Array {
  const size = rows * columns;
  const output = voxels.slice();
  for (let frame = 0; frame < frames; frame++) {
    const before = Math.max(0, frame - 1) * size;
    const after = Math.min(frames - 1, frame + 1) * size;
    for (let i = 0; i < size; i++) {
      output[frame * size + i] =
        (voxels[before + i]! + 2 * voxels[frame * size + i]! + voxels[after + i]!) / 4 + 0.5;
    }
  }
  return output;
}

const SEARCH = 2;
const PATCH = 1;
/** Strength, in units of the noise that is measured in the scan (Coupé et al. 2008 take 1). */
const STRENGTH = 1;

/** Buades et al. 2005: a mean of places that look alike, 5 × 5 in the B-scan and one in each neighbour. */
function nonLocalMeans(scan: Scan): Uint8Array {
  const { frames, rows, columns, voxels } = scan;
  const size = rows * columns;
  const output = new Uint8Array(voxels.length);
  const h = STRENGTH * noiseOf(scan);
  const decay = 1 / (2 * h * h * (2 * PATCH + 1) ** 2);
  const squares = new Float32Array(size);
  for (let frame = 0; frame < frames; frame++) {
    const own = voxels.subarray(frame * size, (frame + 1) * size);
    const sum = new Float32Array(size);
    const weights = new Float32Array(size);
    const add = (other: Uint8Array, down: number, right: number) => {
      squares.fill(0);
      const top = Math.max(0, -down);
      const bottom = Math.min(rows, rows - down);
      const left = Math.max(0, -right);
      const end = Math.min(columns, columns - right);
      for (let row = top; row < bottom; row++) {
        for (let i = row * columns + left; i < row * columns + end; i++) {
          const difference = own[i]! - other[i + down * columns + right]!;
          squares[i] = difference * difference;
        }
      }
      for (let row = Math.max(top, PATCH); row < Math.min(bottom, rows - PATCH); row++) {
        for (
          let column = Math.max(left, PATCH);
          column < Math.min(end, columns - PATCH);
          column++
        ) {
          const i = row * columns + column;
          let distance = 0;
          for (let k = -PATCH; k <= PATCH; k++) {
            const line = i + k * columns;
            distance += squares[line - 1]! + squares[line]! + squares[line + 1]!;
          }
          const weight = Math.exp(-distance * decay);
          weights[i]! += weight;
          sum[i]! += weight * other[i + down * columns + right]!;
        }
      }
    };
    for (let down = -SEARCH; down <= SEARCH; down++) {
      for (let right = -SEARCH; right <= SEARCH; right++) add(own, down, right);
    }
    for (const other of [frame - 1, frame + 1]) {
      if (other >= 0 && other < frames) {
        add(voxels.subarray(other * size, (other + 1) * size), 0, 0);
      }
    }
    for (let i = 0; i < size; i++) {
      output[frame * size + i] = weights[i]! > 0 ? sum[i]! / weights[i]! + 0.5 : own[i]!;
    }
  }
  return output;
}

/** Grey levels of grain: 1.48 × the median difference of pixels two apart, over √2. */
function noiseOf({ voxels }: Scan): number {
  const counts = new Uint32Array(256);
  let n = 0;
  for (let i = 2; i < voxels.length; i += 7) {
    if (voxels[i]! < 2) continue;
    counts[Math.abs(voxels[i]! - voxels[i - 2]!)]!++;
    n++;
  }
  let below = 0;
  let middle = 0;
  while (middle < 255 && (below += counts[middle]!) < n / 2) middle++;
  return Math.max(1, (1.48 * middle) / Math.SQRT2);
}

/** Share of a column's whole light below which nothing is made brighter: noise under the choroid stays noise. */
const LEAST_BELOW = 0.05;

/** Girard et al. 2011: what is left of the light below a voxel is what it was attenuated from. Light as grey ^ 4. */
function compensate({ frames, rows, columns, voxels }: Scan): Uint8Array {
  const output = new Uint8Array(voxels.length);
  const light = Float64Array.from({ length: 256 }, (_, grey) => (grey / 255) ** 4);
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * rows * columns;
    for (let column = 0; column < columns; column++) {
      let total = 0;
      for (let row = 0; row < rows; row++) total += light[voxels[start + row * columns + column]!]!;
      let below = total;
      for (let row = 0; row < rows; row++) {
        const at = start + row * columns + column;
        const own = light[voxels[at]!]!;
        below -= own;
        const gain = total / Math.max(below, LEAST_BELOW * total, 1e-12);
        output[at] = Math.min(255, 255 * (own * gain) ** 0.25 + 0.5);
      }
    }
  }
  return output;
}
