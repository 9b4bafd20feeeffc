import type { SKRSContext2D } from '@napi-rs/canvas';

import { SURFACES } from '../height-map/codes.js';
import { NOT_FOUND, surfacesOf } from '../height-map/surfaces.js';
import type { ResultInput } from '../result-input.js';
import { ALL_TISSUES, SEGMENTED_TISSUES, sourceOrder } from '../segments.js';
import { css, fromCieLab, mix, tissueColour, type Rgb } from '../../values/tissue-colour.js';
import { raster } from './raster.js';
import { drawOnPicture, drawText } from './text.js';
import { COLOURS } from './theme.js';

type Volume = NonNullable<ResultInput['volume']>;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const PAINT = 0.6;
/** The scan without B-scan pixels behind it. */
const DARK: Rgb = [24, 28, 32];

/**
 * A B-scan in a box, in true proportions (a mm is as long in depth as along the scan), with its findings in colour and
 * the surfaces of the retina as lines where `overlay` is asked for.
 */
export function drawScan(
  context: SKRSContext2D,
  input: ResultInput & { readonly volume: Volume },
  frame: number,
  box: Box,
  overlay: boolean,
): void {
  const { volume, findings } = input;
  const { rows, columns, spacing, voxels } = volume;
  const scale = box.width / (columns * spacing.lateral);
  const shown = Math.min(rows, box.height / scale / spacing.axial);
  const top = firstRow(input, frame, shown);
  const size = rows * columns;
  const labels = overlay
    ? findings?.tissueMap.subarray(frame * size, (frame + 1) * size)
    : undefined;
  const painted = ALL_TISSUES.map((tissue) =>
    SEGMENTED_TISSUES.includes(tissue) ? tissueColour(tissue) : undefined,
  );
  const picture = raster(columns, Math.ceil(shown), (x, y) => {
    const at = Math.min(rows - 1, top + y) * columns + x;
    const grey = voxels?.[frame * size + at];
    const base: Rgb = grey === undefined ? DARK : [grey, grey, grey];
    const paint = labels && painted[labels[at]!];
    return paint === undefined ? base : mix(base, paint, PAINT);
  });
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.fillStyle = COLOURS.scan;
  context.fillRect(box.x, box.y, box.width, box.height);
  const rowHeight = spacing.axial * scale;
  const left = { ...box, y: box.y + Math.max(0, (box.height - shown * rowHeight) / 2) };
  context.drawImage(picture, left.x, left.y, box.width, picture.height * rowHeight);
  if (overlay) drawSurfaces(context, input, frame, left, top, rowHeight);
  drawScaleBars(context, box, scale);
  context.restore();
}

/** The first row of the window that shows the retina: its middle in the middle. */
function firstRow(
  input: ResultInput & { readonly volume: Volume },
  frame: number,
  shown: number,
): number {
  const { volume } = input;
  const line = sourceOrder(volume).indexOf(frame);
  const heights = surfacesOf(input).flatMap((surface) =>
    Array.from(surface.heights.subarray(line * volume.columns, (line + 1) * volume.columns)),
  );
  const found = heights.filter((height) => height !== NOT_FOUND);
  if (found.length === 0) return Math.max(0, Math.floor((volume.rows - shown) / 2));
  const middle =
    (found.reduce((a, b) => Math.min(a, b)) + found.reduce((a, b) => Math.max(a, b))) / 2;
  return Math.round(Math.min(Math.max(0, middle - shown / 2), Math.max(0, volume.rows - shown)));
}

function drawSurfaces(
  context: SKRSContext2D,
  input: ResultInput & { readonly volume: Volume },
  frame: number,
  box: Box,
  top: number,
  rowHeight: number,
): void {
  const { volume } = input;
  const line = sourceOrder(volume).indexOf(frame);
  const step = box.width / volume.columns;
  for (const { name, heights } of surfacesOf(input)) {
    const { cieLab } = SURFACES.find((surface) => surface.name === name)!;
    context.strokeStyle = css(fromCieLab(cieLab));
    context.lineWidth = 0.6;
    context.beginPath();
    let drawing = false;
    for (let column = 0; column < volume.columns; column++) {
      const height = heights[line * volume.columns + column]!;
      if (height === NOT_FOUND) {
        drawing = false;
        continue;
      }
      const x = box.x + (column + 0.5) * step;
      const y = box.y + (height - top) * rowHeight;
      if (drawing) context.lineTo(x, y);
      else context.moveTo(x, y);
      drawing = true;
    }
    context.stroke();
  }
}

/** A bar of 200 µm both ways. */
function drawScaleBars(context: SKRSContext2D, box: Box, scale: number): void {
  const length = 0.2 * scale;
  const x = box.x + 8;
  const y = box.y + box.height - 8;
  context.strokeStyle = '#ffffff';
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(x, y - length);
  context.lineTo(x, y);
  context.lineTo(x + length, y);
  context.stroke();
  drawOnPicture(context, '200 µm', x + length + 4, y - 2, { size: 6, align: 'left' });
}

/** The colours of the surfaces; those of the findings stand in their table. */
export function drawLegend(context: SKRSContext2D, input: ResultInput, x: number, y: number): void {
  let at = x;
  for (const { name } of surfacesOf(input)) {
    const { label, cieLab } = SURFACES.find((surface) => surface.name === name)!;
    context.fillStyle = css(fromCieLab(cieLab));
    context.fillRect(at, y - 3.2, 9, 1.4);
    drawText(context, label, at + 12, y, { size: 6.5, colour: COLOURS.quiet });
    at += 12 + context.measureText(label).width + 12;
  }
}
