import { escaped } from '../dicom/markup.js';
import type { Discrimination } from './referral-measures.js';
import type { Calibration } from './statistics.js';

const SIZE = 260;
const EDGE = 38;
const COLOURS = ['#b3261e', '#b06000', '#1b6e3c', '#1a5fb4'] as const;

const x = (value: number) => EDGE + value * SIZE;
const y = (value: number) => EDGE / 2 + (1 - value) * SIZE;
const point = (across: number, up: number) => `${x(across).toFixed(1)},${y(up).toFixed(1)}`;

/** A square of shares, 0 to 1 both ways, with what is in it. */
function square(title: string, across: string, up: string, content: readonly string[]): string {
  const full = SIZE + 1.5 * EDGE;
  const marks = [0, 0.5, 1].flatMap((value) => [
    `<text x="${x(value)}" y="${y(0) + 14}" text-anchor="middle">${value}</text>`,
    `<text x="${x(0) - 5}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
  ]);
  return [
    `<svg role="img" aria-label="${escaped(title)}" viewBox="0 0 ${full} ${full}" width="${full}" height="${full}">`,
    `<rect x="${x(0)}" y="${y(1)}" width="${SIZE}" height="${SIZE}" fill="none" stroke="#767676"/>`,
    `<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#767676" stroke-dasharray="3 3"/>`,
    ...marks,
    `<text x="${x(0.5)}" y="${y(0) + 30}" text-anchor="middle">${escaped(across)}</text>`,
    `<text transform="translate(11 ${y(0.5)}) rotate(-90)" text-anchor="middle">${escaped(up)}</text>`,
    ...content,
    '</svg>',
  ].join('\n');
}

/** ROC curves, one a class, with their areas. */
export function rocPlot(curves: readonly Discrimination[]): string {
  const content = curves.flatMap(({ name, curve, area }, i) => {
    if (area === null) return [];
    const colour = COLOURS[i % COLOURS.length]!;
    const points = curve.map((one) => point(one.falsePositives, one.truePositives)).join(' ');
    return [
      `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<text x="${x(0.4)}" y="${y(0.05 + 0.07 * (curves.length - 1 - i))}" fill="${colour}">${escaped(name)} ${area.value.toFixed(3)}</text>`,
    ];
  });
  return square('ROC curves of the referral classes', '1 − specificity', 'sensitivity', content);
}

/** How often the likeliest class is right against its probability; areas of the points are numbers of scans. */
export function calibrationPlot({ bins }: Calibration): string {
  const most = Math.max(...bins.map(({ cases }) => cases));
  const points = bins.map(({ confidence, right }) => point(confidence, right)).join(' ');
  return square('Calibration of the likeliest class', 'probability', 'share right', [
    `<polyline points="${points}" fill="none" stroke="${COLOURS[3]}"/>`,
    ...bins.map(
      ({ confidence, right, cases }) =>
        `<circle cx="${x(confidence).toFixed(1)}" cy="${y(right).toFixed(1)}" r="${(2 + 6 * Math.sqrt(cases / most)).toFixed(1)}" fill="${COLOURS[3]}" fill-opacity="0.6"><title>${cases} scans</title></circle>`,
    ),
  ]);
}

/** Bars of the Dice coefficient, one a class. */
export function dicePlot(
  rows: readonly { readonly name: string; readonly dice: number }[],
): string {
  const line = 20;
  const left = 230;
  const width = 260;
  const height = rows.length * line + 4;
  return [
    `<svg role="img" aria-label="Dice of each class" viewBox="0 0 ${left + width + 60} ${height}" width="${left + width + 60}" height="${height}">`,
    ...rows.flatMap(({ name, dice }, i) => [
      `<text x="${left - 6}" y="${i * line + 15}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${left}" y="${i * line + 4}" width="${(dice * width).toFixed(1)}" height="${line - 6}" fill="#1a5fb4"/>`,
      `<text x="${(left + dice * width + 5).toFixed(1)}" y="${i * line + 15}">${dice.toFixed(3)}</text>`,
    ]),
    '</svg>',
  ].join('\n');
}
