import { nearestIndex } from './resampling.js';

/**
 * How an image of labels stands for a B-scan of the scan's own grid: each row of labels for a run of the scan's rows,
 * each of the scan's columns for one column of labels. With it a tissue map is measured without being enlarged first,
 * to the same numbers.
 */
export interface LabelGrid {
  /** Of the labels. */
  readonly rows: number;
  readonly columns: number;
  /** Of the scan. */
  readonly native: { readonly rows: number; readonly columns: number };
  /** For each row of the scan the row of labels that it takes. */
  readonly rowAt: Int32Array;
  readonly columnAt: Int32Array;
  /** For each row of labels how many of the scan's rows take it, and the first of them. */
  readonly rowCount: Uint32Array;
  readonly firstRow: Int32Array;
}

interface Axis {
  readonly natives: number;
  readonly labels: number;
  /** Native coordinate of label 0, and natives from one label to the next. */
  readonly origin: number;
  readonly scale: number;
}

/** Labels that already lie on the scan's own grid. */
export function ownGrid(native: { readonly rows: number; readonly columns: number }): LabelGrid {
  const { rows, columns } = native;
  return placedGrid(
    { natives: rows, labels: rows, origin: 0, scale: 1 },
    { natives: columns, labels: columns, origin: 0, scale: 1 },
  );
}

/** Labels on another grid: nearest pixel; beyond its edge, the edge. */
export function placedGrid(down: Axis, across: Axis): LabelGrid {
  const rowAt = sourceOfEach(down);
  const rowCount = new Uint32Array(down.labels);
  const firstRow = new Int32Array(down.labels).fill(-1);
  for (let row = rowAt.length - 1; row >= 0; row--) {
    rowCount[rowAt[row]!]!++;
    firstRow[rowAt[row]!] = row;
  }
  return {
    rows: down.labels,
    columns: across.labels,
    native: { rows: down.natives, columns: across.natives },
    rowAt,
    columnAt: sourceOfEach(across),
    rowCount,
    firstRow,
  };
}

/** Writes one B-scan's labels, enlarged to the scan's own grid, to `target` from `at` on. */
export function enlargeLabels(
  labels: Uint8Array,
  { columns, native, rowAt, columnAt }: LabelGrid,
  target: Uint8Array,
  at: number,
): void {
  let before = -1;
  for (let row = 0; row < native.rows; row++, at += native.columns) {
    const source = rowAt[row]! * columns;
    if (source === before) {
      target.copyWithin(at, at - native.columns, at);
    } else {
      for (let column = 0; column < native.columns; column++) {
        target[at + column] = labels[source + columnAt[column]!]!;
      }
    }
    before = source;
  }
}

/** For each native position the nearest label that lies inside the scan: padding is never an answer. */
function sourceOfEach({ natives, labels, origin, scale }: Axis): Int32Array {
  const first = Math.max(0, Math.ceil((-0.5 - origin) / scale));
  const last = Math.min(labels - 1, Math.floor((natives - 0.5 - origin) / scale));
  return nearestIndex(natives, -origin / scale, 1 / scale, [first, last]);
}
