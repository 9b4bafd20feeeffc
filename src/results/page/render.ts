import { createCanvas, PDFDocument, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';

import type { ResultInput } from '../result-input.js';
import { drawPage } from './draw-page.js';
import { PAGE, PIXELS_PER_POINT } from './theme.js';

/** The page as a PDF of one page. The same input gives the same bytes: it bears no date of its own. */
export function pageAsPdf(input: ResultInput): Uint8Array {
  const { name, version } = input.product;
  const document = new PDFDocument({
    title: 'OCT referral suggestion, research use only',
    creator: `${name} ${version}`,
    producer: `${name} ${version}`,
  });
  // Declared as the DOM's context, in truth the package's own.
  drawPage(document.beginPage(PAGE.width, PAGE.height) as SKRSContext2D, input);
  document.endPage();
  return document.close();
}

/** The page as pixels: red, green and blue by turns, rows from the top. */
export function pageAsRgb(input: ResultInput): {
  readonly columns: number;
  readonly rows: number;
  readonly rgb: Uint8Array;
} {
  const canvas = pageAsCanvas(input);
  const { width: columns, height: rows } = canvas;
  const rgba = canvas.data();
  const rgb = new Uint8Array(3 * columns * rows);
  for (let pixel = 0; pixel < columns * rows; pixel++) {
    for (let sample = 0; sample < 3; sample++) rgb[3 * pixel + sample] = rgba[4 * pixel + sample]!;
  }
  return { columns, rows, rgb };
}

export function pageAsPng(input: ResultInput): Uint8Array {
  return pageAsCanvas(input).toBuffer('image/png');
}

function pageAsCanvas(input: ResultInput): Canvas {
  const canvas = createCanvas(PAGE.width * PIXELS_PER_POINT, PAGE.height * PIXELS_PER_POINT);
  const context = canvas.getContext('2d');
  context.scale(PIXELS_PER_POINT, PIXELS_PER_POINT);
  drawPage(context, input);
  return canvas;
}
