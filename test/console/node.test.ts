import { expect } from 'chai';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { NodeProcess } from '../../fixtures/node-process.js';
import { Random } from '../../fixtures/phantom/random.js';
import type { HousekeepingRow, ModelCardRow } from '../../src/console/node-model.js';
import { readModelManifest } from '../../src/inference/model-set.js';
import { factsOf } from '../../src/model-cards.js';
import { openTestArchive } from '../archive/objects.js';
import { recordLight } from '../archive/read-scan.js';
import { MODELS } from '../inference/model-folder.js';
import {
  expectAccessible,
  openBrowser,
  openPage,
  picture,
  pictureFrom,
  signIn,
} from '../support/browser.js';
import { requireTool } from '../support/tools.js';
import { api, consoleNode, consoleUrl, PASSWORD } from './support/console-node.js';

const DAY = 86_400_000;

/** Two devices of which one became darker, and a second model set without a card beside the program's. */
async function prepare(folder: string): Promise<void> {
  const data = join(folder, 'data');
  const set = join(data, 'models', 'second');
  mkdirSync(set, { recursive: true });
  for (const name of readdirSync(MODELS, { withFileTypes: true })) {
    if (name.isFile() && name.name !== 'README.md')
      cpSync(join(MODELS, name.name), join(set, name.name));
  }
  const text = readFileSync(join(set, 'manifest.json'), 'utf8');
  writeFileSync(join(set, 'manifest.json'), text.replace('"0.1.0"', '"0.2.0"'));
  mkdirSync(join(data, 'models', 'broken'));
  writeFileSync(join(data, 'models', 'broken', 'manifest.json'), '{}');
  const archive = openTestArchive(data);
  const random = new Random(1, 'console drift');
  const modelSet = readModelManifest(MODELS).digest;
  const first = Date.now() - DAY;
  const room3 = { callingAeTitle: 'ROOM3', profile: 'heidelberg-spectralis-volume', modelSet };
  await recordLight(archive, random, room3, { count: 60, light: 200, at: first });
  await recordLight(archive, random, room3, { count: 20, light: 180, at: first + DAY / 2 });
  const room4 = { callingAeTitle: 'ROOM4', profile: 'topcon-maestro2-macula', modelSet };
  await recordLight(archive, random, room4, { count: 12, light: 200, at: first + DAY / 4 });
  await archive.close();
}

describe('console: the node itself', function () {
  this.timeout(60_000);
  let node: NodeProcess;
  let browser: Browser;
  let page: Page;
  let troubles: readonly string[];

  before(async function () {
    requireTool(this, 'chromium');
    node = await consoleNode({ OCTRIAGE_WORKERS: '0' }, undefined, prepare);
    browser = await openBrowser();
    ({ page, troubles } = await openPage(browser, consoleUrl(node, 'node')));
    await signIn(page, 'operator', PASSWORD);
    await page.getByRole('heading', { name: 'Housekeeping' }).waitFor();
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  const task = (name: string) =>
    page
      .getByRole('region', { name: 'Housekeeping' })
      .getByRole('row')
      .filter({ has: page.locator('th strong').getByText(name, { exact: true }) });

  it('each task says what it does, when, what came of it last and when it is next', async () => {
    const { tasks } = await api<{ tasks: HousekeepingRow[] }>(
      node,
      'operator',
      '/api/housekeeping',
    );
    expect(tasks.length).to.be.at.least(10);
    for (const { name, when, off, next } of tasks) {
      expect(when, name).to.match(/^every (\d+ |minute|hour|day at \d\d:\d\d)/);
      expect(next === undefined, name).to.equal(off !== undefined);
    }
    const backup = await task('backup').innerText();
    expect(backup).to.contain('Copies the ledger into').and.to.contain('every day at 03:00');
    expect(backup).to.contain('not since the start');
    expect(await task('retention').innerText()).to.contain('OCTRIAGE_RETENTION_DAYS is 0');
    expect(await task('retention').getByRole('button').count()).to.equal(0);
  });

  it('a backup is made at once, and says so, still after a restart', async () => {
    await task('backup').getByRole('button', { name: 'Run now' }).click();
    const outcome = task('backup').getByText(/ledger-\d{8}T\d{6}Z\.sqlite made, 0 older deleted/);
    await outcome.waitFor();
    expect(await task('backup').innerText()).to.contain('by operator');
    expect(readdirSync(join(node.folder, 'data', 'backups'))).to.have.length(1);
    await node.stop();
    await node.start();
    await page.reload();
    await signIn(page, 'operator', PASSWORD);
    await outcome.waitFor();
  });

  it('which devices are learned and which are not as they were, with before and now', async () => {
    const devices = page.getByRole('region', { name: 'Devices over time' });
    await task('drift').getByRole('button', { name: 'Run now' }).click();
    const room3 = devices.getByRole('row', { name: /ROOM3/ });
    await room3.getByText('Not as it was').waitFor();
    expect(await room3.innerText()).to.match(/bright: (199|200|201) before, (179|180|181) now/);
    expect(await room3.innerText()).to.contain('the last 20 scans beside its first 50');
    const room4 = await devices.getByRole('row', { name: /ROOM4/ }).innerText();
    expect(room4).to.contain('Learning').and.to.contain('12 of its first 50 scans');
    await pictureFrom(page.getByRole('heading', { name: 'Devices over time' }), 'node-devices');
  });

  it('model sets: purpose, training, figures, limits, members, digest; and why one cannot be used', async () => {
    const { sets } = await api<{ sets: ModelCardRow[] }>(node, 'operator', '/api/models');
    expect(sets.map(({ set, inUse }) => [set, inUse])).to.deep.equal([
      ['bundled', true],
      ['broken', false],
      ['second', false],
    ]);
    expect(sets[1]?.trouble).to.match(/\[OCT_MODEL_MANIFEST_INVALID\]$/);
    const { manifest, digest } = readModelManifest(MODELS);
    const used = page.locator('details.model-set').first();
    for (const fold of await used.locator('details > summary').all()) await fold.click();
    const text = await used.innerText();
    expect(text).to.contain(`${manifest.name} ${manifest.version}`).and.to.contain('In use');
    expect(text).to.contain(digest).and.to.contain(String(manifest.training['data']));
    expect(text).to.contain(`${manifest.segmentation.members.length} of segmentation`);
    const figures = factsOf(manifest.evaluation).filter(({ value }) => /^0\.\d+$/.test(value));
    expect(figures.length).to.be.at.least(5);
    for (const { name, value } of figures) expect(text).to.contain(`${name}\t${value}`);
    const { intendedUse, limits } = sets[0]!.about!;
    expect(limits.length, 'limits of the card').to.be.at.least(3);
    for (const words of [intendedUse, ...limits]) expect(text).to.contain(words);
    await page.locator('details.model-set', { hasText: 'Cannot be used' }).waitFor();
    for (const fold of await used.locator('details > summary').all()) await fold.click();
    await expectAccessible(page);
  });

  it('the whole card of a set is a page, as text; a set without a card has no link', async () => {
    await page.getByRole('link', { name: 'The whole card of bundled' }).click();
    const card = page.locator('pre.whole-card');
    await card.waitFor();
    expect((await card.textContent())?.trim()).to.equal(
      readFileSync(join(MODELS, 'README.md'), 'utf8').trim(),
    );
    await expectAccessible(page);
    await picture(page, 'model-card');
    await page.getByRole('link', { name: 'Node' }).first().click();
    await page.locator('details.model-set').nth(2).locator('summary').first().click();
    expect(await page.getByRole('link', { name: /The whole card/ }).count()).to.equal(1);
    const gone = api(node, 'operator', '/api/models/second/card').catch(String);
    expect(await gone).to.contain('404');
    const outside = `/api/models/${encodeURIComponent('../../README.md')}/card`;
    expect(await api(node, 'operator', outside).catch(String)).to.contain('404');
  });

  it('a viewer neither sees nor runs any of it', async () => {
    for (const path of ['housekeeping', 'models', 'models/bundled/card', 'device-profiles']) {
      expect(await api(node, 'viewer', `/api/${path}`).catch(String), path).to.contain('403');
    }
    const { status } = await fetch(
      `http://127.0.0.1:${node.httpPort}/api/housekeeping/backup/run`,
      {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from(`viewer:${PASSWORD}`).toString('base64')}` },
      },
    );
    expect(status).to.equal(403);
  });

  it('nothing went wrong in the page', () => {
    // 401: who is there? and what is asked while the node starts again.
    expect(troubles.filter((text) => !/401|ERR_|404/.test(text))).to.deep.equal([]);
  });
});
