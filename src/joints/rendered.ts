import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { Archive } from '../archive/archive.js';
import type { StoredFiles } from '../console/ports.js';
import type { Viewport } from '../dicomweb/rendered/parameters.js';
import type { RenderPort } from '../dicomweb/rendered/ports.js';
import type { Shades } from '../dicomweb/rendered/shades.js';
import { SEGMENTED_TISSUES } from '../results/segments.js';
import { reverseLines } from '../values/reverse-lines.js';
import { TISSUES } from '../values/tissue.js';
import { tissueColour } from '../values/tissue-colour.js';

/** The colours that our segments recommend to viewers; what no segment shows is not painted. */
const COLOURS = TISSUES.map(({ name }) =>
  SEGMENTED_TISSUES.includes(name) ? tissueColour(name) : undefined,
);

/** Pictures of frames: the console's decoded scans for the tissues, the report page's canvas for scaling and encoding. */
export function renderingOf(
  { worklist }: { readonly worklist: Pick<Archive['worklist'], 'acquisitionsOf'> },
  files: Pick<StoredFiles, 'images'>,
): RenderPort {
  return {
    async tissuesOf(sopInstanceUid, frame) {
      const [scan] = await worklist.acquisitionsOf([sopInstanceUid]);
      const images = scan === undefined ? undefined : await files.images(scan);
      const bScan = images?.bScanOf(sopInstanceUid, frame);
      if (images === undefined || bScan === undefined || images.coverage === 'none')
        return undefined;
      const labels = images.tissueMap(bScan);
      // The picture is the frame as it is stored.
      if (images.mirrored) reverseLines(labels, images.columns);
      return { labels, colours: COLOURS };
    },
    async picture(shades, type, { viewport, quality }) {
      const canvas = draw(shades, viewport);
      return type === 'image/png' ? canvas.encode('png') : canvas.encode('jpeg', quality);
    },
  };
}

/** The region of the frame that is asked for, as large as fits into the viewport, in its own proportions (PS3.18 8.3.5.1.3). */
function draw({ rows, columns, rgba }: Shades, viewport: Viewport | undefined) {
  const source = createCanvas(columns, rows);
  source.getContext('2d').putImageData(new ImageData(rgba, columns, rows), 0, 0);
  if (viewport === undefined) return source;
  const { x = 0, y = 0, width, height } = viewport.region ?? {};
  const region = { width: Math.abs(width ?? columns - x), height: Math.abs(height ?? rows - y) };
  const scale = Math.min(viewport.width / region.width, viewport.height / region.height);
  const size = [region.width * scale, region.height * scale].map((side) =>
    Math.max(1, Math.round(side)),
  ) as [number, number];
  const canvas = createCanvas(...size);
  const context = canvas.getContext('2d');
  context.fillStyle = '#000000';
  context.fillRect(0, 0, ...size);
  const turned = [(width ?? 1) < 0, (height ?? 1) < 0] as const;
  context.translate(turned[0] ? size[0] : 0, turned[1] ? size[1] : 0);
  context.scale(turned[0] ? -1 : 1, turned[1] ? -1 : 1);
  context.drawImage(source, x, y, region.width, region.height, 0, 0, ...size);
  return canvas;
}
