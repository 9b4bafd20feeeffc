import { Router, type Response } from 'express';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import { enFaceMaps } from './en-face.js';
import type { EnFaceMaps, OverlayName, VolumeInfo } from './model.js';
import type { ScanImages, StoredFiles } from './ports.js';

/** What lies over a B-scan, by its name in the path. */
const OVERLAYS: Readonly<
  Record<OverlayName, (images: ScanImages, frame: number) => Uint8Array | undefined>
> = {
  tissues: (images, frame) => images.tissueMap(frame),
  alternatives: ({ alternatives }, frame) => alternatives?.map(frame),
  dissenters: ({ dissenters }, frame) => dissenters?.map(frame),
};

/** `/api/scans/:id/volume…`: B-scans, what lies over them, and maps of the fundus, decoded. */
export function imagesRouter(files: Pick<StoredFiles, 'images'>): Router {
  const router = Router();
  const maps = new WeakMap<ScanImages, Promise<EnFaceMaps>>();
  const open = async (id: unknown): Promise<ScanImages> => {
    const images = typeof id === 'string' ? await files.images(id) : undefined;
    if (images === undefined) {
      throw new HttpProblem('OCT_HTTP_NOT_FOUND', 'No volume can be shown of this scan.');
    }
    return images;
  };
  const seeScans = requirePermission('see-scans');

  router.get('/api/scans/:id/volume', seeScans, async (request, response) => {
    const images = await open(request.params['id']);
    const { frames, rows, columns, spacing, laterality, coverage, tissues } = images;
    const { alternatives, dissenters } = images;
    const info: VolumeInfo = {
      frames,
      rows,
      columns,
      spacing,
      laterality,
      coverage,
      tissues,
      ...(alternatives && { alternatives: alternatives.labels }),
      ...(dissenters && { members: dissenters.members }),
    };
    response.set('Cache-Control', 'no-store').json(info);
  });
  router.get('/api/scans/:id/volume/maps', seeScans, async (request, response) => {
    const images = await open(request.params['id']);
    let made = maps.get(images);
    if (made === undefined) {
      made = enFaceMaps(images);
      maps.set(images, made);
    }
    keep(response).json(await made);
  });
  for (const [name, mapOf] of Object.entries(OVERLAYS)) {
    const path = `/api/scans/:id/volume/${name}/:frame`;
    router.get(path, seeScans, async (request, response) => {
      const images = await open(request.params['id']);
      const frame = frameOf(images, request.params['frame']);
      const map = mapOf(images, frame);
      if (map === undefined) {
        throw new HttpProblem('OCT_HTTP_NOT_FOUND', 'No stored object of this scan says that.');
      }
      // Both in one answer (decision 127). The B-scan as it is, since its noise hardly compresses; the overlay's values,
      // so that the page colours and hides classes by itself. No ETag: it would be a digest of half a megabyte.
      const overlay = await promisify(gzip)(map, { level: 1 });
      keep(response)
        .type('application/octet-stream')
        .end(Buffer.concat([images.bScan(frame), overlay]));
    });
  }
  return router;
}

/** What is asked for names its revision in the query, so it never changes. Kept by the browser that asked alone. */
function keep(response: Response): Response {
  return response.set('Cache-Control', 'private, max-age=3600');
}

function frameOf({ frames }: ScanImages, text: unknown): number {
  const frame = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : frames;
  if (frame >= frames) throw new HttpProblem('OCT_HTTP_NOT_FOUND', 'There is no such B-scan.');
  return frame;
}
