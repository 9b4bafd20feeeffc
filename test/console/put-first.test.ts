import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { NodeProcess } from '../../fixtures/node-process.js';
import type { ScanDetail, ScanSummary } from '../../src/console/model.js';
import { eventually, expectAccessible, openBrowser, openPage, signIn } from '../support/browser.js';
import { requireTool } from '../support/tools.js';
import { api, consoleNode, consoleUrl, PASSWORD, sendScan } from './support/console-node.js';

describe('console: a scan that waits is put first', function () {
  this.timeout(120_000);
  let node: NodeProcess;
  let browser: Browser;
  let page: Page;
  let id = '';

  before(async function () {
    requireTool(this, 'chromium', 'storescu');
    // Nobody reads, so it waits.
    node = await consoleNode({ OCTRIAGE_WORKERS: '0' });
    await sendScan(node, {
      dress: 'heidelberg-spectralis',
      phantom: { seed: 3, laterality: 'R', pathologies: [] },
    });
    await eventually('the scan is there', async () => {
      const { scans } = await api<{ scans: ScanSummary[] }>(node, 'operator', '/api/scans');
      id = scans[0]?.id ?? '';
      return id !== '';
    });
    browser = await openBrowser();
    ({ page } = await openPage(browser, consoleUrl(node)));
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  const post = (user: string, why: string) =>
    fetch(`http://127.0.0.1:${String(node.httpPort)}/api/scans/${id}/first`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString('base64')}`,
      },
      body: JSON.stringify({ why }),
    }).then(({ status }) => status);

  it('not by a viewer, and not without a reason', async () => {
    expect(await post('viewer', 'because')).to.equal(403);
    expect(await post('operator', ' ')).to.equal(400);
  });

  it('by an operator, who says why; the record of the scan names both', async () => {
    await signIn(page, 'operator', PASSWORD);
    await page.goto(consoleUrl(node, `scans/${id}`));
    await page.getByRole('button', { name: 'Put first …' }).click();
    await page.getByLabel('Why').fill('the patient waits');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Put first' }).click();
    await eventually('it is on record', async () => {
      const { log } = await api<ScanDetail>(node, 'operator', `/api/scans/${id}`);
      return log.some(({ reason }) => reason === 'operator: the patient waits');
    });
  });
});
