import type { SKRSContext2D } from '@napi-rs/canvas';

import { RINGS } from '../../values/etdrs.js';
import { css, type Rgb } from '../../values/tissue-colour.js';
import type { ResultInput } from '../result-input.js';
import { scanCentre } from '../thickness/fovea.js';
import type { EtdrsGrid, MeasuredSubfield } from '../thickness/etdrs-grid.js';
import { THICKNESS_SCALE, thicknessColour } from './colours.js';
import type { Box } from './draw-scan.js';
import { raster } from './raster.js';
import { drawOnPicture, drawText } from './text.js';
import { COLOURS } from './theme.js';

/** Pixels a side of the map; the field of 6 mm and a little more. */
const RESOLUTION = 256;
const FIELD_MM = 6.4;
const UNKNOWN: Rgb = [66, 72, 78];

/**
 * The retina's thickness from above, superior at the top and columns as acquired, with the ETDRS grid, its numbers in
 * µm and the place of the B-scan that the page shows.
 */
export function drawThickness(
  context: SKRSContext2D,
  { volume }: ResultInput & { readonly volume: NonNullable<ResultInput['volume']> },
  grid: EtdrsGrid,
  shownFrame: number,
  box: Box,
): void {
  const { spacing, laterality } = volume;
  const { map, centre } = grid;
  const middle = scanCentre(map);
  const side = Math.min(box.width, box.height);
  const perMm = side / FIELD_MM;
  const picture = raster(RESOLUTION, RESOLUTION, (px, py) => {
    const x = ((px + 0.5) / RESOLUTION - 0.5) * FIELD_MM;
    const y = (0.5 - (py + 0.5) / RESOLUTION) * FIELD_MM;
    const column = Math.round(middle.column + x / spacing.lateral);
    const frame = middle.frame + y / spacing.frame;
    const um = between(grid, frame, column);
    return Number.isNaN(um) ? UNKNOWN : thicknessColour(um);
  });
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, side, side);
  context.clip();
  context.drawImage(picture, box.x, box.y, side, side);
  const centreX = box.x + side / 2 + (centre.column - middle.column) * spacing.lateral * perMm;
  const centreY = box.y + side / 2 - (centre.frame - middle.frame) * spacing.frame * perMm;
  drawGrid(context, centreX, centreY, perMm);
  const y = box.y + side / 2 - (shownFrame - middle.frame) * spacing.frame * perMm;
  drawPlace(context, box.x, side, y);
  for (const subfield of grid.subfields) {
    const [dx, dy] = placeOf(subfield, laterality === 'R' ? 1 : -1);
    const text = subfield.um === undefined ? '–' : String(Math.round(subfield.um));
    drawOnPicture(context, text, centreX + dx * perMm, centreY - dy * perMm, { size: 8.5 });
  }
  context.restore();
  const [left, right] = laterality === 'R' ? ['T', 'N'] : ['N', 'T'];
  const letter = { size: 8, weight: 'bold', colour: COLOURS.quiet, align: 'center' } as const;
  drawText(context, 'S', box.x + side / 2, box.y - 3, letter);
  drawText(context, 'I', box.x + side / 2, box.y + side + 9, letter);
  drawText(context, left, box.x - 7, box.y + side / 2 + 3, letter);
  drawText(context, right, box.x + side + 7, box.y + side / 2 + 3, letter);
}

/** Of neighbouring B-scans by their distance: without it a coarse scan would show as stripes. */
function between({ map }: EtdrsGrid, frame: number, column: number): number {
  if (column < 0 || column >= map.columns || frame < -0.5 || frame > map.frames - 0.5)
    return Number.NaN;
  const at = (index: number): number =>
    map.um[Math.min(map.frames - 1, Math.max(0, index)) * map.columns + column]!;
  const below = Math.floor(frame);
  const share = frame - below;
  const [low, high] = [at(below), at(below + 1)];
  if (Number.isNaN(low)) return share > 0.5 ? high : Number.NaN;
  if (Number.isNaN(high)) return share < 0.5 ? low : Number.NaN;
  return low + (high - low) * share;
}

function drawGrid(context: SKRSContext2D, x: number, y: number, perMm: number): void {
  const strokes = [
    ['rgba(0, 0, 0, 0.55)', 1.8],
    ['rgba(255, 255, 255, 0.9)', 0.8],
  ] as const;
  const diagonal = Math.SQRT1_2;
  for (const [colour, width] of strokes) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    for (const [, radius] of Object.values(RINGS)) {
      context.moveTo(x + radius * perMm, y);
      context.arc(x, y, radius * perMm, 0, 2 * Math.PI);
    }
    for (const [dx, dy] of [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ] as const) {
      const from = RINGS.centre[1] * perMm * diagonal;
      const to = RINGS.outer[1] * perMm * diagonal;
      context.moveTo(x + dx * from, y + dy * from);
      context.lineTo(x + dx * to, y + dy * to);
    }
    context.stroke();
  }
}

function drawPlace(context: SKRSContext2D, x: number, side: number, y: number): void {
  context.strokeStyle = COLOURS.line;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + side, y);
  context.stroke();
  context.setLineDash([]);
}

/** Where a subfield's number stands, mm to the right and towards superior from the centre. */
function placeOf(
  { ring, quadrant }: MeasuredSubfield,
  nasalSign: 1 | -1,
): readonly [number, number] {
  const [from, to] = RINGS[ring];
  if (quadrant === undefined) return [0, 0];
  const distance = (from + to) / 2;
  const places = {
    superior: [0, distance],
    inferior: [0, -distance],
    nasal: [nasalSign * distance, 0],
    temporal: [-nasalSign * distance, 0],
  } as const;
  return places[quadrant];
}

/** The scale of the map's colours, thick at the top. */
export function drawScale(context: SKRSContext2D, { x, y, width, height }: Box): void {
  const low = THICKNESS_SCALE[0]![0];
  const high = THICKNESS_SCALE.at(-1)![0];
  const gradient = context.createLinearGradient(0, y + height, 0, y);
  for (const [um, colour] of THICKNESS_SCALE) {
    gradient.addColorStop((um - low) / (high - low), css(colour));
  }
  context.fillStyle = gradient;
  context.fillRect(x, y, width, height);
  for (let um = low; um <= high; um += 100) {
    const at = y + height - ((um - low) / (high - low)) * height;
    drawText(context, String(um), x + width + 3, at + 2.5, { size: 6.5, colour: COLOURS.quiet });
  }
  drawText(context, 'µm', x, y - 3, { size: 6.5, colour: COLOURS.quiet });
}
