import { expect } from 'chai';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type { NodeProcess } from '../../fixtures/node-process.js';
import type { EnFaceMaps, ScanSummary, VolumeInfo } from '../../src/console/model.js';
import { tissueIndex } from '../../src/values/tissue.js';
import type { ModelFolder } from '../inference/model-folder.js';
import {
  eventually,
  expectAccessible,
  expectFits,
  openBrowser,
  openPage,
  picture,
  signIn,
} from '../support/browser.js';
import { disputingSet } from '../support/model-sets.js';
import { requireTool } from '../support/tools.js';
import { api, consoleNode, consoleUrl, PASSWORD, sendScan } from './support/console-node.js';

const SCAN = {
  dress: 'heidelberg-spectralis',
  size: { frames: 12, rows: 248, columns: 256 },
  phantom: { seed: 11, laterality: 'R', pathologies: ['cnv'] },
} as const;
const DEPTH = 'Disagreement: depth on which a network contradicts';
/** Nobody listens there: the results are made, and stay. */
const NOBODY =
  'PACS=NOBODY@127.0.0.1:9?objects=label-map+disagreement-map+alternative-label-map+report';

describe('console: where the networks differ, and what the others see', function () {
  this.timeout(120_000);
  let models: ModelFolder;
  let node: NodeProcess;
  let browser: Browser;
  let page: Page;
  let troubles: readonly string[];
  let volume = '';

  before(async function () {
    requireTool(this, 'chromium', 'storescu');
    models = disputingSet();
    node = await consoleNode({
      OCTRIAGE_MODELS: models.path,
      OCTRIAGE_DESTINATIONS: NOBODY,
    });
    browser = await openBrowser();
    ({ page, troubles } = await openPage(browser, consoleUrl(node)));
    await signIn(page, 'operator', PASSWORD);
    await sendScan(node, SCAN);
    let id = '';
    const isRead = async () => {
      const { scans } = await api<{ scans: ScanSummary[] }>(node, 'operator', '/api/scans');
      id = scans[0]?.id ?? '';
      return scans[0]?.decision !== undefined;
    };
    await eventually('a decision', isRead, 90);
    volume = `/api/scans/${id}/volume`;
    await page.goto(consoleUrl(node, `scans/${id}`));
    await page.locator('.legend').first().waitFor();
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
    (models as ModelFolder | undefined)?.remove();
  });

  /** An overlay follows its B-scan. */
  async function bytes(overlay: string, frame: number): Promise<Uint8Array> {
    const response = await fetch(`http://127.0.0.1:${node.httpPort}${volume}/${overlay}/${frame}`, {
      headers: {
        Authorization: `Basic ${Buffer.from(`operator:${PASSWORD}`).toString('base64')}`,
      },
    });
    const { rows, columns } = SCAN.size;
    return gunzipSync(new Uint8Array(await response.arrayBuffer(), rows * columns));
  }

  /** The B-scan on which networks differ most. */
  async function worstFrame(): Promise<number> {
    let [worst, most] = [0, -1];
    for (let frame = 0; frame < SCAN.size.frames; frame++) {
      const differing = (await bytes('dissenters', frame)).filter((count) => count > 0).length;
      if (differing > most) [worst, most] = [frame, differing];
    }
    return worst;
  }

  async function showFrame(frame: number): Promise<void> {
    const slider = page.getByLabel('B-scan', { exact: true }).and(page.locator('input'));
    await slider.fill(String(frame));
    await page.getByRole('img', { name: `B-scan ${frame + 1} of` }).waitFor();
  }

  /** Colours in the overlay, and how many pixels have each. */
  const painted = () =>
    page.evaluate<Record<string, number>>(`(() => {
      const canvas = document.querySelectorAll('.b-scan canvas')[1];
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const found = {};
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] === 0) continue;
        const colour = [data[i], data[i + 1], data[i + 2]].join();
        found[colour] = (found[colour] ?? 0) + 1;
      }
      return found;
    })()`);
  const pixels = (of: Readonly<Record<string, number>>) =>
    Object.values(of).reduce((sum, count) => sum + count, 0);

  it('the maps of a voxel fit each other: an alternative where networks differ, another class than the majority', async () => {
    const { members, alternatives } = await api<VolumeInfo>(node, 'operator', volume);
    expect(members).to.equal(3);
    expect(alternatives).to.include(tissueIndex('subretinal-fluid'));
    const found = { differing: 0, misfits: 0 };
    for (let frame = 0; frame < SCAN.size.frames; frame++) {
      const [majority, others, counts] = (await Promise.all(
        ['tissues', 'alternatives', 'dissenters'].map((name) => bytes(name, frame)),
      )) as [Uint8Array, Uint8Array, Uint8Array];
      counts.forEach((count, i) => {
        if (count > 0) found.differing++;
        const fits =
          count === 0 ? others[i] === 0 : others[i]! > 0 && others[i]! - 1 !== majority[i];
        if (!fits) found.misfits++;
      });
    }
    expect(found.misfits).to.equal(0);
    expect(found.differing).to.be.above(100);
  });

  it('the overlay shows the alternatives and nothing else, or how many differ, by keyboard too', async () => {
    const frame = await worstFrame();
    await showFrame(frame);
    const majority = page.getByRole('radio', { name: 'Majority' });
    await majority.focus();
    await page.keyboard.press('ArrowDown');
    await page
      .getByRole('radio', { name: 'Alternative where networks differ' })
      .and(page.locator(':checked'))
      .waitFor();
    for (const [name, legend] of [
      ['alternatives', 'What most of the networks see that differ'],
      ['dissenters', 'Networks that see another class than the majority'],
    ] as const) {
      const marks = page.getByRole('group', { name: legend });
      await marks.waitFor();
      const values = await bytes(name, frame);
      await eventually(`the overlay of ${name}`, async () => {
        return pixels(await painted()) === values.filter((value) => value > 0).length;
      });
      expect(new Set(Object.keys(await painted())).size).to.equal(
        new Set(values.filter((value) => value > 0)).size,
      );
      const before = pixels(await painted());
      for (const box of await marks.getByRole('checkbox').all()) await box.uncheck();
      await eventually('nothing marked', async () => pixels(await painted()) === 0);
      for (const box of await marks.getByRole('checkbox').all()) await box.check();
      await eventually('all marked', async () => pixels(await painted()) === before);
      await expectAccessible(page);
      await picture(page, `scan-${name}`, false);
      await page.getByRole('radio', { name: 'Disagreement' }).check();
    }
  });

  it('the fundus shows the depth on which they differ, A-scan by A-scan', async () => {
    await page.getByLabel('Map').selectOption({ label: DEPTH });
    await page.getByRole('img', { name: `Fundus view of the scan: ${DEPTH}` }).waitFor();
    const { maps } = await api<EnFaceMaps>(node, 'operator', `${volume}/maps`);
    const { values } = maps.find(({ name }) => name === 'disagreement')!;
    const um = Buffer.from(values, 'base64');
    const { spacing } = await api<VolumeInfo>(node, 'operator', volume);
    const frame = await worstFrame();
    const counts = await bytes('dissenters', frame);
    const { rows, columns } = SCAN.size;
    for (let column = 0; column < columns; column++) {
      let differing = 0;
      for (let row = 0; row < rows; row++) differing += +(counts[row * columns + column]! > 0);
      const shown = um.readUInt16LE(2 * (frame * columns + column));
      expect(shown).to.equal(Math.round(differing * spacing.axial * 1000));
    }
  });

  it('is whole on a phone and in the dark', async () => {
    const { page: phone } = await openPage(browser, consoleUrl(node), { phone: true, dark: true });
    await signIn(phone, 'operator', PASSWORD);
    await phone.goto(page.url());
    await phone.getByRole('radio', { name: 'Disagreement' }).check();
    await phone.getByText('2 of 3').waitFor();
    await expectFits(phone);
    await expectAccessible(phone);
    await phone.context().close();
  });

  it('where no such object is stored it says which would show it', async () => {
    const { page: other } = await openPage(browser, consoleUrl(node));
    await other.route('**/volume?v=*', async (route) => {
      const response = await route.fetch();
      const { members, alternatives, ...rest } = (await response.json()) as VolumeInfo;
      expect(members ?? alternatives).not.to.equal(undefined);
      await route.fulfill({ response, json: rest });
    });
    await signIn(other, 'operator', PASSWORD);
    await other.goto(page.url());
    const said = await other.getByText('3 networks segmented this scan').innerText();
    expect(said).to.contain('let a destination take alternative-label-map and disagreement-map');
    expect(await other.getByRole('radio').count()).to.equal(0);
    await other.context().close();
  });

  it('nothing went wrong in the page', () => {
    expect(troubles.filter((text) => !text.includes('401'))).to.deep.equal([]);
  });
});
