import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { NodeProcess } from '../../fixtures/node-process.js';
import type { ScanSummary } from '../../src/console/model.js';
import type { DeviceProfileRow } from '../../src/console/node-model.js';
import { PROFILES } from '../../src/devices/profiles.js';
import {
  eventually,
  expectAccessible,
  openBrowser,
  openPage,
  pictureFrom,
  signIn,
} from '../support/browser.js';
import { requireTool } from '../support/tools.js';
import { api, consoleNode, consoleUrl, PASSWORD, sendScan } from './support/console-node.js';

/** What a site writes so that a scanner that nobody knows is read as one that is. */
const ACME = {
  id: 'acme-eyescan',
  basedOn: 'topcon-3doct-2000',
  family: 'Acme Eyescan',
  name: 'Acme Eyescan, macula',
  match: { manufacturers: ['acme*'], models: ['eyescan 3000'] },
  geometry: {
    limits: {
      depth: { from: 1, to: 4 },
      width: { from: 5, to: 7 },
      frameSpacing: { from: 0.02, to: 1 },
    },
  },
};

describe('console: a device profile of the site, without a restart and without touching a file', function () {
  this.timeout(90_000);
  let node: NodeProcess;
  let browser: Browser;
  let page: Page;

  before(async function () {
    requireTool(this, 'chromium', 'storescu');
    node = await consoleNode();
    browser = await openBrowser();
    ({ page } = await openPage(browser, consoleUrl(node, 'node')));
    await signIn(page, 'administrator', PASSWORD);
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  async function profiles(): Promise<readonly DeviceProfileRow[]> {
    const path = '/api/device-profiles';
    return (await api<{ profiles: DeviceProfileRow[] }>(node, 'operator', path)).profiles;
  }

  /** Sends a scan of the unknown scanner; what became of it. */
  async function read(seed: number): Promise<ScanSummary> {
    const known = new Set((await scans()).map(({ id }) => id));
    await sendScan(node, {
      dress: 'unknown',
      size: { frames: 24, rows: 248, columns: 256 },
      phantom: { seed, laterality: 'R', pathologies: [] },
    });
    let found: ScanSummary | undefined;
    await eventually('read', async () => {
      found = (await scans()).find(({ id, decision }) => !known.has(id) && decision !== undefined);
      return found !== undefined;
    });
    return found!;
  }

  async function scans(): Promise<readonly ScanSummary[]> {
    return (await api<{ scans: ScanSummary[] }>(node, 'operator', '/api/scans')).scans;
  }

  const own = () => page.getByRole('region', { name: 'Device profiles of this site' });
  const open = () =>
    page.getByRole('button', { name: 'Add or replace a device profile …' }).click();
  const put = () =>
    page.getByRole('button', { name: 'Add or replace a device profile', exact: true }).click();
  const text = () => page.getByLabel('Profile, as JSON');

  it('a scan of a scanner that nobody knows is not assessed', async () => {
    expect((await read(31)).reasons).to.deep.equal(['UNKNOWN_DEVICE']);
    await page.getByText('This site has none of its own.').waitFor();
  });

  it('what is wrong is refused with the place and the words of the schema, and changes nothing', async () => {
    await open();
    await text().fill('{"id": ');
    await page.getByLabel('Why').fill('Acme in room 5');
    await put();
    await page.getByRole('alert').filter({ hasText: 'is not JSON' }).waitFor();
    await text().fill(
      JSON.stringify(
        { ...ACME, scanPattern: 'star', match: { rows: { from: 9, to: 1 } } },
        null,
        2,
      ),
    );
    await put();
    const alert = page.getByRole('alert').filter({ hasText: 'OCT_CONFIG_INVALID_PROFILE' });
    await alert.waitFor();
    expect(await alert.innerText())
      .to.contain('acme-eyescan.match.rows: "from" is greater than "to"')
      .and.to.contain('acme-eyescan.scanPattern:');
    await expectAccessible(page);
    await pictureFrom(
      page.getByRole('heading', { name: 'Device profiles' }),
      'device-profile-form',
    );
    expect(await profiles()).to.have.length(PROFILES.length);
  });

  it('a profile from a file is taken, and the next scan is read with it', async () => {
    const path = join(node.folder, 'acme.json');
    writeFileSync(path, JSON.stringify(ACME, null, 2));
    await page.getByLabel('or from a file').setInputFiles(path);
    await eventually('the text', async () => (await text().inputValue()).includes('acme-eyescan'));
    await put();
    await own()
      .getByRole('row', { name: /Acme Eyescan.*tables\.json/ })
      .waitFor();
    const row = (await profiles()).find(({ profile }) => profile.id === ACME.id);
    expect(row).to.deep.include({ origin: 'file', replaces: false, entry: ACME });
    const { id, decision } = await read(32);
    expect(decision).not.to.equal('not-assessed');
    const { steps } = await api<{ steps: { name: string; lines: string[] }[] }>(
      node,
      'operator',
      `/api/scans/${id}`,
    );
    const normalised = steps.find(({ name }) => name === 'Normalised');
    expect(normalised?.lines.join(' ')).to.contain('(profile of this site: tables.json)');
  });

  it('a profile of the program is changed from what it says, in its place', async () => {
    const { id, name } = PROFILES[0]!;
    await open();
    await page.getByLabel('Start from').selectOption(id);
    const entry = JSON.parse(await text().inputValue()) as object;
    expect(entry).to.deep.equal({ id, basedOn: id, match: PROFILES[0]!.match });
    await text().fill(JSON.stringify({ ...entry, quality: { Q03: { acceptable: 19 } } }));
    await page.getByLabel('Why').fill('our protocol has 19 B-scans');
    await put();
    await own()
      .getByRole('row', { name: `${name} ${id}` })
      .getByText('in place of the program’s')
      .waitFor();
    expect((await profiles())[0]?.profile.quality?.Q03?.acceptable).to.equal(19);
    await expectAccessible(page);
  });

  it('it is taken out with a reason, on record, and there is a way back', async () => {
    await own()
      .getByRole('button', { name: `Remove ${ACME.id}` })
      .click();
    await own().getByLabel('Why').fill('Acme was only on loan');
    await own()
      .getByRole('button', { name: `Remove ${ACME.id}` })
      .click();
    await own().getByRole('row', { name: /Acme/ }).waitFor({ state: 'detached' });
    expect((await read(33)).reasons).to.deep.equal(['UNKNOWN_DEVICE']);
    const history = page.getByRole('region', { name: 'History of these tables' });
    const before = history.getByRole('row', { name: /our protocol.*acme-eyescan/ });
    await history.getByRole('row', { name: /administrator.*Acme was only on loan/ }).waitFor();
    await before.getByRole('button', { name: /Return to this/ }).click();
    await before.getByLabel('Why').fill('it is back');
    await before.getByRole('button', { name: 'Return' }).click();
    await own().getByRole('row', { name: /Acme/ }).waitFor();
  });

  it('an operator sees them and changes none', async () => {
    const { page: operators } = await openPage(browser, consoleUrl(node, 'node'));
    await signIn(operators, 'operator', PASSWORD);
    await operators.getByRole('region', { name: 'Device profiles of this site' }).waitFor();
    expect(await operators.getByRole('button', { name: /device profile|Remove/ }).count()).to.equal(
      0,
    );
    await operators.context().close();
  });
});
