/**
 * Turns the stack of B-scans of large scans in Chromium, by key and by wheel, on a node that read them, and measures what
 * a reader would see: `npm run measure:viewer -- [FOLDER]`. With a folder the node's data stay there, so that the scans
 * need not be read again the next time.
 */
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { OptFileSpecification } from '../fixtures/opt/opt-file.js';
import type { NodeProcess } from '../fixtures/node-process.js';
import type { ScanSummary } from '../src/console/model.js';
import {
  api,
  consoleNode,
  consoleUrl,
  PASSWORD,
  sendScan,
} from '../test/console/support/console-node.js';
import { eventually, openBrowser, openPage, signIn } from '../test/support/browser.js';
import { residentMegabytes } from './network/process-statistics.js';

/** ms between two presses of a key that is held, and between two notches of a wheel that is turned quickly. */
const REPEAT = 33;
const PHANTOM = { seed: 7, laterality: 'R', pathologies: ['cnv'] } as const;
const SCANS: readonly OptFileSpecification[] = [
  {
    dress: 'heidelberg-spectralis',
    size: { frames: 128, rows: 496, columns: 512 },
    phantom: PHANTOM,
  },
  { dress: 'topcon-maestro2', size: 'full', phantom: PHANTOM },
];

/** Notes, in the page, when a step was asked for and when a B-scan with its overlay was on the screen. */
const OBSERVE = `(() => {
  const seen = { steps: [], shown: [], long: [] };
  window.seen = seen;
  const step = ({ timeStamp }) => { seen.steps.push(timeStamp); };
  addEventListener('keydown', step, true);
  addEventListener('wheel', step, { capture: true, passive: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.long.push([startTime, duration]);
  }).observe({ type: 'longtask' });
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...rest) {
    put.apply(this, rest);
    const [picture, overlay] = this.canvas.closest('.b-scan')?.querySelectorAll('canvas') ?? [];
    if (this.canvas !== overlay) return;
    const number = Number(/\\d+/.exec(picture.ariaLabel)[0]);
    // A message that is sent before a frame is painted comes after it.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { seen.shown.push([number, performance.now()]); };
      port2.postMessage(0);
    });
  };
})()`;

interface Seen {
  readonly steps: readonly number[];
  readonly shown: readonly (readonly [number: number, at: number])[];
  readonly long: readonly (readonly [at: number, duration: number])[];
}

interface Viewed {
  readonly page: Page;
  readonly frames: number;
}

const seen = (page: Page) => page.evaluate<Seen>('window.seen');

async function showEnd({ page, frames }: Viewed, end: 'Home' | 'End'): Promise<void> {
  const slider = page.getByLabel('B-scan', { exact: true }).and(page.locator('input'));
  await slider.focus();
  await slider.press(end);
  await shows(page, end === 'Home' ? 1 : frames);
}

async function shows(page: Page, number: number): Promise<void> {
  await eventually(`B-scan ${number} is shown`, async () => {
    return (await seen(page)).shown.at(-1)?.[0] === number;
  });
}

/** One pass from the first B-scan to the last, or back; in a line of the table. */
async function pass(viewed: Viewed, what: string, by: 1 | -1, wheel = false): Promise<string> {
  const { page, frames } = viewed;
  await showEnd(viewed, by === 1 ? 'Home' : 'End');
  await sleep(1000);
  await page.evaluate('window.seen.steps.length = seen.shown.length = seen.long.length = 0');
  if (wheel) await page.locator('.b-scan').hover();
  const key = by === 1 ? 'ArrowRight' : 'ArrowLeft';
  const began = performance.now();
  const sent: Promise<void>[] = [];
  for (let step = 0; step < frames - 1; step++) {
    // Not waited for: a hand does not wait for the page either.
    sent.push(wheel ? page.mouse.wheel(0, by * 100) : page.keyboard.down(key));
    await sleep(Math.max(0, began + (step + 1) * REPEAT - performance.now()));
  }
  await Promise.all(sent);
  if (!wheel) await page.keyboard.up(key);
  await sleep(1000);
  const atEnd = async () => (await seen(page)).shown.at(-1)?.[0] === (by === 1 ? frames : 1);
  // A page that loses notches of the wheel never comes there.
  await eventually('the last B-scan is shown', atEnd).catch(() => undefined);
  const { steps, shown, long } = await seen(page);
  const first = by === 1 ? 1 : frames;
  // Several notches may come as one event: of a wheel it is not known which step a picture follows.
  const latencies = (wheel ? [] : steps).flatMap((at, step) => {
    const found = shown.find(([number]) => number === first + by * (step + 1));
    return found === undefined ? [] : [found[1] - at];
  });
  const last = shown.at(-1)![1] - steps.at(-1)!;
  const times = shown.map(([, at]) => at);
  const gaps = times.slice(1).map((at, index) => at - times[index]!);
  const longest = Math.max(0, ...long.map(([, duration]) => duration));
  return [
    what,
    `${new Set(shown.map(([number]) => number)).size} of ${frames - 1}`,
    `${percentile(latencies, 50)} / ${percentile(latencies, 95)} / ${percentile(latencies, 100)}`,
    `${percentile(gaps, 50)} / ${percentile(gaps, 95)} / ${percentile(gaps, 100)}`,
    last.toFixed(0),
    `${long.length}${long.length > 0 ? `, longest ${longest.toFixed(0)}` : ''}`,
    await memory(page),
  ].join(' | ');
}

function percentile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.max(0, Math.ceil((share / 100) * sorted.length) - 1);
  return sorted[index]?.toFixed(0) ?? '–';
}

/** Resident MB of the page's process: its heap, canvases and pictures. */
async function memory(page: Page): Promise<string> {
  const client = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await client.send('SystemInfo.getProcessInfo');
  await client.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => residentMegabytes(id).now);
  return Math.max(...sizes).toFixed(0);
}

async function measure(node: NodeProcess, browser: Browser, scan: ScanSummary): Promise<void> {
  const info = await api<{ frames: number; rows: number; columns: number }>(
    node,
    'operator',
    `/api/scans/${scan.id}/volume`,
  );
  const { page } = await openPage(browser, consoleUrl(node));
  await page.context().addInitScript(OBSERVE);
  await signIn(page, 'operator', PASSWORD);
  await page.goto(consoleUrl(node, `scans/${scan.id}`));
  const viewed = { page, frames: info.frames };
  await page.locator('.b-scan').waitFor();
  say(`\n${info.frames} × ${info.rows} × ${info.columns}, ${scan.device}\n`);
  say(
    '| pass | B-scans shown | ms from key to picture | ms between pictures | ms, last key to last picture | long tasks | page, MB |',
  );
  say('| --- | --- | --- | --- | --- | --- | --- |');
  const passes = [
    () => pass(viewed, 'first, key held', 1),
    () => pass(viewed, 'back, key held', -1),
    () => pass(viewed, 'again, key held', 1),
    () => pass(viewed, 'back, wheel', -1, true),
  ];
  for (const one of passes) say(`| ${await one()} |`);
  await page.context().close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [folder] = process.argv.slice(2);
const node = await consoleNode(
  // Nobody listens there: the label map is made, and stays.
  { OCTRIAGE_DESTINATIONS: 'PACS=NOBODY@127.0.0.1:9?objects=segmentation+label-map+report' },
  folder,
);
const browser = await openBrowser();
try {
  const list = async () =>
    (await api<{ scans: readonly ScanSummary[] }>(node, 'operator', '/api/scans')).scans;
  if ((await list()).length === 0) for (const scan of SCANS) await sendScan(node, scan);
  const areRead = async () => {
    const scans = await list();
    return scans.length === SCANS.length && scans.every(({ decision }) => decision !== undefined);
  };
  await eventually('the scans are read', areRead, 900);
  const [processor] = cpus();
  say(
    `${cpus().length} × ${processor?.model ?? ''}, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}, Chromium ${browser.version()}`,
  );
  for (const scan of await list()) await measure(node, browser, scan);
} finally {
  await browser.close();
  if (folder === undefined) await node.remove();
  else await node.stop();
}
