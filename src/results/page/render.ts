import { createCanvas, PDFDocument, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';

import type { ResultInput } from '../result-input.js';
import { drawPage } from './draw-page.js';
import { PAGE, PIXELS_PER_POINT } from './theme.js';

/** The builders draw, and the gate compares: each drawing is made once. */
const pdfs = new WeakMap<ResultInput, Uint8Array>();
const pictures = new WeakMap<ResultInput, Picture>();

export interface Picture {
  readonly columns: number;
  readonly rows: number;
  /** Red, green and blue by turns, rows from the top. */
  readonly rgb: Uint8Array;
}

/** The page as a PDF of one page. The same input gives the same bytes: it bears no date of its own. */
export function pageAsPdf(input: ResultInput): Uint8Array {
  const pdf = pdfs.get(input) ?? drawPdf(input);
  pdfs.set(input, pdf);
  return pdf;
}

/** The page as pixels. */
export function pageAsRgb(input: ResultInput): Picture {
  const picture = pictures.get(input) ?? drawRgb(input);
  pictures.set(input, picture);
  return picture;
}

export function pageAsPng(input: ResultInput): Uint8Array {
  return pageAsCanvas(input).toBuffer('image/png');
}

function drawPdf(input: ResultInput): Uint8Array {
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

function drawRgb(input: ResultInput): Picture {
  const canvas = pageAsCanvas(input);
  const { width: columns, height: rows } = canvas;
  const rgba = canvas.data();
  const rgb = new Uint8Array(3 * columns * rows);
  for (let pixel = 0; pixel < columns * rows; pixel++) {
    for (let sample = 0; sample < 3; sample++) rgb[3 * pixel + sample] = rgba[4 * pixel + sample]!;
  }
  return { columns, rows, rgb };
}

function pageAsCanvas(input: ResultInput): Canvas {
  const canvas = createCanvas(PAGE.width * PIXELS_PER_POINT, PAGE.height * PIXELS_PER_POINT);
  const context = canvas.getContext('2d');
  context.scale(PIXELS_PER_POINT, PIXELS_PER_POINT);
  drawPage(context, input);
  return canvas;
}
