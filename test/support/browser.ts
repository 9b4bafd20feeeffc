import { expect } from 'chai';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where `npm run screenshots` wants the pictures of the documentation; undefined in an ordinary run. */
const PICTURES = process.env['OCTRIAGE_SCREENSHOTS'];

/** Debian's chromium. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
  });
}

export const DESKTOP = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

/**
 * A page of its own session. What the page logs as an error, and what it asks for that fails, is kept in `troubles`: a
 * test ends by expecting it to be empty.
 */
export async function openPage(
  browser: Browser,
  url: string,
  options: { readonly dark?: boolean; readonly phone?: boolean } = {},
): Promise<{ readonly page: Page; readonly troubles: readonly string[] }> {
  const context = await browser.newContext({
    viewport: options.phone ? PHONE : DESKTOP,
    colorScheme: options.dark ? 'dark' : 'light',
    locale: 'en-GB',
    timezoneId: 'UTC',
    deviceScaleFactor: 1,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.goto(url);
  return { page, troubles };
}

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').waitFor();
}

/** axe finds nothing serious or critical on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // By the debugger, not by a script element: the page's Content Security Policy would refuse that.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run: () => Promise<{
          violations: { id: string; impact: string; help: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    return (await axe.run()).violations;
  });
  const serious = found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(serious).to.deep.equal([]);
}

/** Nothing is cut off at the right: a page that must be scrolled sideways cannot be used on a phone. */
export async function expectFits(page: Page): Promise<void> {
  const beyond = await page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('main *, header *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .filter((element) => !element.parentElement.closest('.table-frame'))
      .map((element) => element.outerHTML.slice(0, 200));
  })()`);
  expect(beyond, 'beyond the right edge').to.deep.equal([]);
}

/** A picture for the documentation, where the run is to make them. */
export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  // What sticks to the window stands in a picture of the whole page where the page was scrolled to.
  await page.evaluate('window.scrollTo(0, 0)');
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage });
}

/** A picture of the window with a part of the page at its upper edge: of what is too long to be seen whole. */
export async function pictureFrom(part: Locator, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await part.evaluate((element: unknown) => {
    (element as { scrollIntoView: () => void }).scrollIntoView();
  });
  await part.page().screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Waits until it holds. Not Playwright's waitForFunction: that evaluates in the page, whose policy forbids it. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean>,
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
