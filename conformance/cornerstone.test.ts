import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { PNG } from 'pngjs';

import type { DressId } from '../fixtures/opt/dresses.js';
import { buildResults } from '../src/results/build.js';
import type { ResultInput } from '../src/results/result-input.js';
import { tissueIndex } from '../src/values/tissue.js';
import { Orthanc } from '../test/support/orthanc.js';
import { phantomInput } from '../test/support/phantom-input.js';
import { ORTHANC_PLUGINS, requireTool } from '../test/support/tools.js';
import { serveViewer } from './viewer/serve.js';

/** What a page finds in `window` (viewer/viewer.js). */
interface ViewerWindow {
  readonly ready?: boolean;
  readonly load: (
    uids: Readonly<Record<string, string>>,
  ) => Promise<{ frames: number; segments: string[] }>;
  readonly show: (frame: number) => Promise<void>;
}

/** Marks, half open, in the volume's orientation: no flip of frames, rows or columns maps them onto each other. */
interface Mark {
  readonly frame: number;
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

const SCREEN = { width: 640, height: 480 } as const;
const FRAMES = 12;
const MARKS: readonly Mark[] = [
  { frame: 0, rows: [10, 26], columns: [88, 120] },
  { frame: 4, rows: [70, 90], columns: [8, 30] },
  { frame: FRAMES - 1, rows: [84, 116], columns: [60, 76] },
];

/** A phantom's B-scans whose only lesions are the marks. */
function marked(dress: DressId) {
  const { file, input } = phantomInput(
    dress,
    { seed: 4, laterality: 'R', pathologies: [], landmark: true },
    { frames: FRAMES, rows: 124, columns: 128 },
  );
  const { rows, columns } = input.volume!;
  const tissueMap = new Uint8Array(input.findings!.tissueMap.length);
  for (const mark of MARKS) {
    for (let row = mark.rows[0]; row < mark.rows[1]; row++) {
      const at = (mark.frame * rows + row) * columns;
      tissueMap.fill(tissueIndex('subretinal-fluid'), at + mark.columns[0], at + mark.columns[1]);
    }
  }
  const findings = { ...input.findings!, tissueMap, volumesNl: {} };
  return { file, input: { ...input, findings } satisfies ResultInput };
}

/** Where red stands in a screenshot: edges in CSS pixels, and how many pixels there are. */
function redIn(screenshot: Buffer) {
  const { data, width, height } = PNG.sync.read(screenshot);
  const box = { left: width, right: -1, top: height, bottom: -1, pixels: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      if (data[at]! < data[at + 1]! + 60 || data[at]! < data[at + 2]! + 60) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
      box.pixels += 1;
    }
  }
  return box;
}

describe('source and segmentation in cornerstone3D, over DICOMweb', function () {
  this.timeout(240_000);
  let folder: string | undefined;
  let orthanc: Orthanc | undefined;
  let server: Server | undefined;
  let browser: Browser | undefined;
  let address: string;

  before(async function () {
    requireTool(this, 'Orthanc', 'orthanc-dicomweb', 'chromium');
    folder = mkdtempSync(join(tmpdir(), 'octriage-viewer-'));
    const bundle = fileURLToPath(new URL('viewer/bundle.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [bundle, folder], {
      // Without what tsx may have put there.
      env: { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the viewer was not bundled: ${stderr}`);
    const pacs = await Orthanc.prepare({
      Plugins: [ORTHANC_PLUGINS],
      DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: true, WadoRoot: '/wado' },
    });
    orthanc = pacs;
    await pacs.start();
    server = serveViewer(folder, new URL(pacs.address));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--use-gl=angle',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
      ],
    });
  });

  after(async () => {
    await browser?.close();
    server?.close();
    await orthanc?.remove();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  async function open(): Promise<{ page: Page; said: string[] }> {
    const page = await browser!.newPage({ viewport: SCREEN });
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(error.message));
    page.on('console', (message) => said.push(message.text()));
    await page.goto(address);
    await page.waitForFunction(
      () => (globalThis as unknown as ViewerWindow).ready === true,
      undefined,
      {
        timeout: 60_000,
      },
    );
    return { page, said };
  }

  for (const dress of ['heidelberg-spectralis', 'topcon-maestro2'] as const) {
    it(`shows the overlay where it is, first and last frame included: ${dress}`, async () => {
      const { file, input } = marked(dress);
      const { objects, defects } = buildResults(input);
      expect(defects).to.deep.equal([]);
      const segmentation = objects.find(({ kind }) => kind === 'segmentation')!;
      await orthanc!.send('POST', '/instances', file.bytes);
      await orthanc!.send('POST', '/instances', segmentation.bytes);
      const { page, said } = await open();
      const uids = {
        study: file.uids.study,
        series: file.uids.series,
        instance: file.uids.instance,
        segmentationSeries: segmentation.seriesInstanceUid,
        segmentationInstance: segmentation.sopInstanceUid,
      };
      const loaded = await page
        .evaluate((list) => (globalThis as unknown as ViewerWindow).load(list), uids)
        .catch((error: unknown) => {
          throw new Error(`${String(error)}\n${said.join('\n')}`);
        });
      expect(loaded).to.deep.equal({ frames: FRAMES, segments: ['Subretinal fluid'] });
      for (const frame of Array.from({ length: FRAMES }, (_, i) => i)) {
        const number = input.volume!.frameNumbers[frame]!;
        await page.evaluate((at) => (globalThis as unknown as ViewerWindow).show(at), number);
        const red = redIn(await page.screenshot());
        const mark = MARKS.find((candidate) => candidate.frame === frame);
        if (mark === undefined) {
          expect(red.pixels, `frame ${String(number)}`).to.equal(0);
          continue;
        }
        // Fitted to the width, in the true proportions of the source's Pixel Spacing.
        const { rows, columns, spacing } = input.volume!;
        const across = SCREEN.width / columns;
        const down = (across * spacing.axial) / spacing.lateral;
        const [left, right] = mark.columns.map((column) => column * across) as [number, number];
        const [top, bottom] = mark.rows.map(
          (row) => SCREEN.height / 2 + (row - rows / 2) * down,
        ) as [number, number];
        // A pixel of the scan is some five pixels of the screen wide.
        for (const [found, expected] of [
          [red.left, left],
          [red.right, right],
          [red.top, top],
          [red.bottom, bottom],
        ] as const) {
          expect(found, `frame ${String(number)}, ${JSON.stringify(red)}`).to.be.closeTo(
            expected,
            6,
          );
        }
        expect(red.pixels).to.be.greaterThan(0.7 * (right - left) * (bottom - top));
      }
      await page.close();
    });
  }
});
