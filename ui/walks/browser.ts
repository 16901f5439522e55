// A real browser, and what every view must keep: no error in its log, nothing wider than the window, nothing axe finds.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type Page, chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A page that keeps what went wrong in it. */
export async function openPage(browser: Browser, size: { width: number; height: number }): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', locale: 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (said) => {
    if (said.type() === 'error') errors.push(said.text());
  });
  return { page, errors };
}

/** Goes to a screen as a link would, and waits until nothing on it is being loaded. */
export async function go(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => { location.hash = hash; }, `#${route}`);
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('main .skeleton, main [aria-busy=true]') === null && [...document.images].every((image) => image.complete || image.loading === 'lazy'));
}

/** What axe finds, one line each. */
export async function findings(page: Page): Promise<string[]> {
  // The screens' own policy lets no other script in; the debugger may.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: { run: (where: Document, how: object) => Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }> } };
    const { violations } = await axe.run(document, { runOnly: rules });
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
  }, RULES);
}

/** Pixels by which the page is wider than its window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/**
 * How a screen reader meets the view once it stands still, without what differs from run to run: numbers, times, hashes,
 * folders.
 */
export async function spoken(page: Page, where: string): Promise<string> {
  let before = '';
  for (let look = 0; look < 40; look += 1) {
    const now = await page.locator(where).ariaSnapshot();
    if (now === before) break;
    before = now;
    // Parts that are read on their own (what a credit is worth) come a moment later.
    await page.waitForTimeout(250);
  }
  return withoutHappenings(before)
    .replace(/\/url: .*/g, '/url')
    .replace(/\/\S*stallkeeper-walk-[^\s/]*/g, 'FOLDER')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '#')
    .replace(/\b[0-9a-f]{8,}\b/g, '#')
    .replace(/\d+([.,:]\d+)*/g, '#')
    .replace(/#( ?#)+/g, '#')
    .replace(/# [AP]M|[上下]午#/g, '#')
    .replace(/- time: .*/g, '- time')
    .replace(/\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* #(?:, #)?/g, '#')
    .replace(/#[年月日]/g, '#')
    .replace(/#( ?#)+/g, '#')
    .replace(/\bnow\b|现在|刚刚|\bin # \w+|# \w+\.? ago|# ?(?:秒钟?|分钟|小时)[前后]/g, '@');
}

/** Rows of tables and the steps of the recorder come in an order of their own in each run: their place is kept, not they. */
function withoutHappenings(tree: string): string {
  const kept: string[] = [];
  let deeper = -1;
  let isRecorder = false;
  for (const line of tree.split('\n')) {
    const depth = line.length - line.trimStart().length;
    if (deeper >= 0 && depth > deeper) continue;
    deeper = -1;
    if (/^\s*- '?region/.test(line)) isRecorder = /"(Flight recorder|飞行记录)"/.test(line);
    const isRow = /^\s*- '?row\b/.test(line) && kept.some((before) => /^\s*- '?row\b/.test(before));
    const isStep = isRecorder && /^\s*- '?listitem/.test(line);
    if (isRow || isStep) deeper = depth;
    else kept.push(line);
  }
  return kept.join('\n');
}
