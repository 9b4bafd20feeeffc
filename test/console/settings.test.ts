import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { NodeProcess } from '../../fixtures/node-process.js';
import type { SettingRow } from '../../src/config/setting-rows.js';
import type { Setting } from '../../src/config/setting.js';
import { SETTINGS } from '../../src/config/settings-manifest.js';
import {
  expectAccessible,
  openBrowser,
  openPage,
  pictureFrom,
  signIn,
} from '../support/browser.js';
import { requireTool } from '../support/tools.js';
import { api, consoleNode, consoleUrl, PASSWORD } from './support/console-node.js';

describe('console: settings are changed in a form made from the manifest', function () {
  this.timeout(60_000);
  let node: NodeProcess;
  let browser: Browser;
  let page: Page;

  before(async function () {
    requireTool(this, 'chromium');
    node = await consoleNode({ OCTRIAGE_WORKERS: '0' });
    browser = await openBrowser();
    ({ page } = await openPage(browser, consoleUrl(node, 'node')));
    await signIn(page, 'administrator', PASSWORD);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    for (const fold of await page.locator('details.fold > summary').all()) await fold.click();
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  async function settings(): Promise<ReadonlyMap<string, SettingRow>> {
    const said = await api<{ settings: SettingRow[] }>(node, 'administrator', '/api/settings');
    return new Map(said.settings.map((row) => [row.variable, row]));
  }

  async function apply(why: string): Promise<void> {
    await page.getByLabel('Why').fill(why);
    await page.getByRole('button', { name: 'Apply' }).click();
  }

  it('every setting of the manifest has its row: default or value, help, range, when it holds', async () => {
    const lines = page.locator('table.settings tbody tr');
    const all = Object.values<Setting<unknown>>(SETTINGS);
    expect(await lines.count()).to.equal(all.length);
    const texts = await lines.allInnerTexts();
    all.forEach(({ variable, help, kind, restart, fixed }, index) => {
      const text = texts[index]!;
      expect(text).to.contain(variable).and.to.contain(help).and.to.contain(kind.form);
      expect(text).to.contain(restart ? 'needs a restart' : 'taken at once');
      if (fixed !== undefined) expect(text).to.contain(fixed);
    });
    const fields = await page.locator('table.settings :is(input, select)').count();
    const rows = [...(await settings()).values()];
    expect(fields).to.equal(
      rows.filter(({ fixed, origin }) => fixed === undefined && origin !== 'environment').length,
    );
    await expectAccessible(page);
  });

  it('one wrong value and nothing is changed, with the reason', async () => {
    await page.getByLabel('OCTRIAGE_MAX_ATTEMPTS', { exact: true }).fill('5');
    await page.getByLabel('OCTRIAGE_MAX_ASSOCIATIONS', { exact: true }).fill('99999');
    await apply('more of everything');
    await page.getByText(/'99999' is not a whole number from 1 to 10000/).waitFor();
    expect((await settings()).get('OCTRIAGE_MAX_ATTEMPTS')).to.include({ origin: 'default' });
  });

  it('a TLS file that cannot be used is refused before a byte is written', async () => {
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByLabel('OCTRIAGE_TLS_CERTIFICATE', { exact: true }).fill('/nowhere.pem');
    await apply('TLS');
    await page.getByRole('alert').filter({ hasText: 'OCTRIAGE_TLS' }).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  it('what needs a restart is shown as waiting, the log level holds at once', async () => {
    await page.getByLabel('OCTRIAGE_MAX_ATTEMPTS', { exact: true }).fill('5');
    await page.getByLabel('OCTRIAGE_LOG_LEVEL', { exact: true }).selectOption('debug');
    await apply('flaky disk');
    await page.getByText('Waiting for a restart: OCTRIAGE_MAX_ATTEMPTS').waitFor();
    const rows = await settings();
    expect(rows.get('OCTRIAGE_MAX_ATTEMPTS')).to.include({ value: '3', waiting: '5' });
    expect(rows.get('OCTRIAGE_LOG_LEVEL')).to.include({ value: 'debug', origin: 'file' });
    await page.getByRole('row', { name: /administrator.*flaky disk.*MAX_ATTEMPTS=5/ }).waitFor();
    await expectAccessible(page);
    for (const fold of await page.locator('details.fold > summary').all()) {
      if (!/^(Node|Inference)/.test(await fold.innerText())) await fold.click();
    }
    await pictureFrom(page.getByRole('heading', { name: 'Settings' }), 'settings');
  });

  it('there is a way back to the default, on record too', async () => {
    await page.getByRole('button', { name: 'Default for OCTRIAGE_LOG_LEVEL' }).click();
    await apply('quiet again');
    await page.getByRole('row', { name: /administrator.*quiet again/ }).waitFor();
    expect((await settings()).get('OCTRIAGE_LOG_LEVEL')).to.include({ origin: 'default' });
  });

  it('after a restart the value is in force and waits no more', async () => {
    await node.stop();
    await node.start();
    const row = (await settings()).get('OCTRIAGE_MAX_ATTEMPTS')!;
    expect(row).to.include({ value: '5', origin: 'file' });
    expect(row.waiting).to.equal(undefined);
  });
});
