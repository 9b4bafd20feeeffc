import { createCanvas, ImageData, type Canvas } from '@napi-rs/canvas';

import type { Rgb } from '../../values/tissue-colour.js';

/** A picture from a function of its pixels. */
export function raster(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => Rgb,
): Canvas {
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const [red, green, blue] = colourAt(x, y);
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 255;
    }
  }
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}
