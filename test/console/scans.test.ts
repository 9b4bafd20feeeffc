import { expect } from 'chai';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type { NodeProcess } from '../../fixtures/node-process.js';
import type { ScanDetail, ScanSummary } from '../../src/console/model.js';
import {
  eventually,
  expectAccessible,
  expectFits,
  openBrowser,
  openPage,
  picture,
  signIn,
} from '../support/browser.js';
import { Orthanc } from '../support/orthanc.js';
import { requireTool } from '../support/tools.js';
import { api, consoleNode, consoleUrl, PASSWORD, sendScan } from './support/console-node.js';

const MATRIX = { frames: 24, rows: 248, columns: 256 };
const PATIENT = /Müller|OCT-PHANTOM-1|1950-?02-?28/;

describe('console: scans and results', function () {
  this.timeout(120_000);
  let pacs: Orthanc;
  let node: NodeProcess;
  let browser: Browser;
  let page: Page;
  let troubles: readonly string[];

  before(async function () {
    requireTool(this, 'chromium', 'storescu', 'Orthanc');
    pacs = await Orthanc.prepare();
    await pacs.start();
    node = await consoleNode({
      // The label map is what retinal thickness is measured on.
      OCTRIAGE_DESTINATIONS: `PACS=${Orthanc.aeTitle}@127.0.0.1:${pacs.dicomPort}?objects=segmentation+label-map+report`,
    });
    browser = await openBrowser();
    ({ page, troubles } = await openPage(browser, consoleUrl(node)));
    await signIn(page, 'operator', PASSWORD);
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
    await (pacs as Orthanc | undefined)?.remove();
  });

  const rows = () => page.locator('table.scans tbody tr');
  const rowsAre = (count: number) =>
    eventually(`${count} rows`, async () => (await rows().count()) === count);

  it('an empty list says how scans come into it', async () => {
    await page.getByRole('heading', { name: 'No scans yet' }).waitFor();
    await expectAccessible(page);
  });

  it('a scan appears by itself, is read and delivered before the eyes of the operator', async () => {
    await sendScan(node, {
      dress: 'heidelberg-spectralis',
      size: MATRIX,
      phantom: { seed: 11, laterality: 'R', pathologies: [], landmark: true },
    });
    await rows().first().getByText('Delivered').waitFor({ timeout: 60_000 });
    const row = (await rows().first().innerText()).replace(/\s+/g, ' ');
    expect(row).to.contain('Müller-Phantom, Jörg');
    expect(row).to.contain('Right').and.to.contain('Heidelberg Engineering Spectralis');
    expect(row).to.match(/Urgent|Semi-urgent|Routine|Observation only|Not assessed/);
  });

  it('an unknown device is there as not assessed, with the reason', async () => {
    await sendScan(node, {
      dress: 'topcon-maestro2',
      size: MATRIX,
      phantom: { seed: 13, laterality: 'L', pathologies: ['cnv'] },
    });
    await sendScan(node, {
      dress: 'unknown',
      phantom: { seed: 3, laterality: 'R', pathologies: ['cnv'] },
    });
    await page.getByText('Unknown device').waitFor({ timeout: 60_000 });
    await page.locator('table.scans .mark.good').nth(2).waitFor({ timeout: 60_000 });
    await expectAccessible(page);
    await picture(page, 'scans');
  });

  it('filters by decision, eye, sender and what is shown', async () => {
    await page.getByLabel('Decision').selectOption('not-assessed');
    await page.getByText('Unknown device').waitFor();
    const { scans } = await api<{ scans: ScanSummary[] }>(
      node,
      'operator',
      '/api/scans?decision=not-assessed',
    );
    await rowsAre(scans.length);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Eye').selectOption('L');
    await rowsAre(1);
    expect(await rows().first().innerText()).to.contain('Topcon');
    await page.getByLabel('Sender').fill('NOBODY');
    await page.getByLabel('Sender').press('Enter');
    await page.getByRole('heading', { name: 'No scans match' }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Search').fill('spectralis');
    await rowsAre(1);
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  it("a scan's life from its reception to its delivery, with reasons and attempts", async () => {
    await page
      .getByRole('row', { name: /Heidelberg/ })
      .getByRole('link')
      .click();
    const life = page.locator('ol.life');
    await life.waitFor();
    const names = await life.locator('h3').allInnerTexts();
    expect(names.map((name) => name.replace(/[\s:].*$/s, ''))).to.deep.equal([
      ...['Received', 'Stored', 'Complete', 'Normalised'],
      ...['Read', 'Encoded', 'Delivered', 'Committed'],
    ]);
    const text = await life.innerText();
    expect(text).to.contain('1 object from SCANNER at 127.0.0.1');
    expect(text).to.contain('one object holds all its frames');
    expect(text).to.match(/matched .*Spectralis/i);
    expect(text).to.contain('PACS: report delivered');
    expect(text).to.contain('no destination is asked for storage commitment');
    await page.getByText(/Every event on record/).click();
    await page.getByText('stored, synced and on record').waitFor();
    await page.getByText(/Every event on record/).click();
  });

  it('the stack shows every B-scan with its tissues, and one cursor joins it with the fundus', async () => {
    await page.locator('.b-scan').waitFor();
    await page.getByText('One network segmented this scan').waitFor();
    await eventually('an overlay', () =>
      page.evaluate<boolean>(`(() => {
        const canvas = document.querySelectorAll('.b-scan canvas')[1];
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return pixels.data.some((value) => value > 0);
      })()`),
    );
    const slider = page.getByLabel('B-scan', { exact: true }).and(page.locator('input'));
    await slider.focus();
    await slider.press('Home');
    await page.getByText('B-scan 1 of 24').waitFor();
    await slider.press('ArrowRight');
    await page.getByText('B-scan 2 of 24').waitFor();
    for (let step = 2; step < 24; step++) await slider.press('ArrowRight', { noWaitAfter: true });
    await page.getByRole('img', { name: 'B-scan 24 of 24' }).waitFor();
    const fundus = page.locator('.fundus svg');
    const box = (await fundus.boundingBox())!;
    await fundus.click({ position: { x: box.width / 4, y: 3 } });
    await page.getByText('B-scan 24 of 24').waitFor();
    const left = await page.evaluate<number>(
      `parseFloat(document.querySelector('.a-scan').style.left)`,
    );
    expect(left).to.be.closeTo(25, 1.5);
    await page.reload();
    await page.locator('.etdrs text').first().waitFor();
    const { scans } = await api<{ scans: ScanSummary[] }>(node, 'operator', '/api/scans');
    const { id } = scans.find(({ device }) => device.startsWith('Heidelberg'))!;
    const { report } = await api<ScanDetail>(node, 'operator', `/api/scans/${id}`);
    const stated = report!.thickness!.subfields.map(({ um }) =>
      um === undefined ? '–' : String(Math.round(um)),
    );
    expect(await page.locator('.etdrs text').allTextContents()).to.deep.equal(stated);
    await expectAccessible(page);
    await picture(page, 'scan');
  });

  it('the landmark lies in the overlay where it lies in the B-scan', async () => {
    const { scans } = await api<{ scans: ScanSummary[] }>(node, 'operator', '/api/scans');
    const scan = scans.find(({ device }) => device.startsWith('Heidelberg'))!;
    const url = `http://127.0.0.1:${node.httpPort}/api/scans/${scan.id}`;
    const headers = {
      Authorization: `Basic ${Buffer.from(`operator:${PASSWORD}`).toString('base64')}`,
    };
    const { report } = await api<ScanDetail>(node, 'operator', `/api/scans/${scan.id}`);
    const fluid = report!.volumes.find(({ name }) => name === 'Subretinal fluid')!;
    let voxels = 0;
    for (let frame = 0; frame < MATRIX.frames; frame++) {
      const response = await fetch(`${url}/volume/tissues/${frame}`, { headers });
      const overlay = new Uint8Array(await response.arrayBuffer(), MATRIX.rows * MATRIX.columns);
      for (const label of gunzipSync(overlay)) voxels += +(label === 5);
    }
    const { spacing } = await api<{ spacing: Record<'frame' | 'axial' | 'lateral', number> }>(
      node,
      'operator',
      `/api/scans/${scan.id}/volume`,
    );
    const voxelNl = spacing.frame * spacing.axial * spacing.lateral * 1000;
    expect(voxels, 'a fluid was found').to.be.above(0);
    expect(voxels * voxelNl).to.be.closeTo(fluid.nanolitres, fluid.nanolitres * 0.01);
  });

  it('objects can be taken home, the report is there as a tree', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download report' }).click(),
    ]);
    expect(download.suggestedFilename()).to.equal('report.dcm');
    await page.locator('.tree').getByText('Imaging Measurements').click();
    await page.locator('.tree').getByText('Referral').first().waitFor();
  });

  it('R36: a viewer sees neither names nor objects nor what peers said', async () => {
    const { page: viewers, troubles: none } = await openPage(browser, consoleUrl(node));
    await signIn(viewers, 'viewer', PASSWORD);
    await viewers.locator('table.scans tbody tr').first().waitFor();
    expect(await viewers.content()).not.to.match(PATIENT);
    await viewers
      .getByRole('row', { name: /Heidelberg/ })
      .getByRole('link')
      .click();
    await viewers.locator('ol.life').waitFor();
    expect(await viewers.content()).not.to.match(PATIENT);
    expect(await viewers.getByRole('link', { name: /Download/ }).count()).to.equal(0);
    const { scans } = await api<{ scans: ScanSummary[] }>(node, 'viewer', '/api/scans');
    expect(JSON.stringify(scans)).not.to.match(PATIENT);
    const answers = await Promise.all(
      scans.map(({ id }) => api<ScanDetail>(node, 'viewer', `/api/scans/${id}`)),
    );
    expect(JSON.stringify(answers)).not.to.match(PATIENT);
    const refused = await api(node, 'viewer', `/api/scans/${scans[0]!.id}/objects/source`).catch(
      (error: unknown) => String(error),
    );
    expect(refused).to.contain('403');
    await picture(viewers, 'scan-viewer-role');
    expect(none.filter((text) => !text.includes('401'))).to.deep.equal([]);
    await viewers.context().close();
  });

  it('is whole on a phone and in the dark', async () => {
    const { page: phone } = await openPage(browser, consoleUrl(node), { phone: true, dark: true });
    await expectAccessible(phone);
    await picture(phone, 'login-phone-dark', false);
    await signIn(phone, 'operator', PASSWORD);
    await phone.locator('table.scans tbody tr').first().waitFor();
    await expectFits(phone);
    await expectAccessible(phone);
    await picture(phone, 'scans-phone-dark', false);
    await phone.getByRole('row', { name: /Jörg/ }).last().getByRole('link').click();
    await phone.locator('.etdrs text').first().waitFor();
    await expectFits(phone);
    await expectAccessible(phone);
    await picture(phone, 'scan-phone-dark', false);
    await phone.context().close();
  });

  it('nothing went wrong in the page, and nothing was refused by its own policy', () => {
    // The one 401 is the question who is there, before anybody signed in.
    expect(troubles.filter((text) => !text.includes('401'))).to.deep.equal([]);
  });
});
