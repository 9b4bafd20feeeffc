import type { SKRSContext2D } from '@napi-rs/canvas';

import { COLOURS, font, type Weight } from './theme.js';

export interface TextStyle {
  readonly size?: number;
  readonly weight?: Weight;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
  /** What does not fit is cut and ends in an ellipsis. */
  readonly width?: number;
}

/** One line; `y` is its base line. */
export function drawText(
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  { size = 8, weight = 'regular', colour = COLOURS.ink, align = 'left', width }: TextStyle = {},
): void {
  context.font = font(size, weight);
  context.fillStyle = colour;
  context.textAlign = align;
  context.textBaseline = 'alphabetic';
  context.fillText(width === undefined ? text : cut(context, text, width), x, y);
}

/** Several lines of at most `lines`; returns the base line after the last. */
export function drawParagraph(
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  style: TextStyle & { readonly width: number; readonly lines: number },
): number {
  const { size = 8, weight = 'regular', width, lines } = style;
  context.font = font(size, weight);
  const step = size * 1.35;
  const wrapped = wrap(context, text, width);
  wrapped.slice(0, lines).forEach((line, index) => {
    const last = index === lines - 1 && wrapped.length > lines;
    drawText(context, last ? `${line} …` : line, x, y + index * step, style);
  });
  return y + Math.min(lines, wrapped.length) * step;
}

/** White on a picture, with a dark edge. */
export function drawOnPicture(
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  { size = 8, weight = 'bold', align = 'center' }: TextStyle = {},
): void {
  context.font = font(size, weight);
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = size / 4;
  context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
  context.strokeText(text, x, y);
  context.fillStyle = '#ffffff';
  context.fillText(text, x, y);
}

function cut(context: SKRSContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const letters = Array.from(text);
  while (letters.length > 0 && context.measureText(`${letters.join('')}…`).width > width) {
    letters.pop();
  }
  return `${letters.join('').trimEnd()}…`;
}

function wrap(context: SKRSContext2D, text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/u)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}
