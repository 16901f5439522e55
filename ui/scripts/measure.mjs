// Measures the screens on a real server with a large shop: `node scripts/measure.mjs --address http://127.0.0.1:8000/#token=… [--json FILE] [--heights N] [--runs N]`
// How long each screen takes to its content, how long a search takes, whether a row of the gallery is ever blank while
// it is scrolled at a steady pace, and what the page holds in memory before and after. `--heights` is
// how many windows of the gallery are scrolled at that pace (0: all, most of an hour); the rest is scrolled as fast as it comes.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: asked } = parseArgs({
  options: {
    address: { type: 'string' },
    json: { type: 'string' },
    /** Window heights to scroll through; 0 is everything. */
    heights: { type: 'string', default: '60' },
    runs: { type: 'string', default: '3' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
if (asked.address === undefined) throw new Error('--address of a running server is wanted, with its token');
const [base, token] = asked.address.split('/#token=');

/** Screen, address, what stands there when its content does. */
const SCREENS = [
  ['today', '/today', '[data-testid=today] a[href^="#/orders/"]'],
  ['orders', '/orders', '[data-testid=orders] a[href^="#/orders/"]'],
  ['messages', '/messages', '[data-testid=messages] a[href^="#/messages/order/"]'],
  ['listings', '/listings', 'main a[href^="#/listings/"]:not([data-testid])'],
  ['gallery', '/gallery', '[data-testid=gallery-picture] img'],
  ['connection', '/connection', '[data-testid=connection-light]'],
  ['settings', '/settings', '[data-testid=settings] input'],
];
/** Where is searched: name, address, content, the field, and what changes with the answer. */
const SEARCHED = [
  ['gallery', '/gallery', '[data-testid=gallery-picture] img', '[data-testid=gallery-search]', '[data-testid=gallery] header .count'],
  ['messages', '/messages', '[data-testid=messages] a[href^="#/messages/order/"]', '[data-testid=threads-search]', '[data-testid=threads] > [aria-live]'],
  ['orders', '/orders', '[data-testid=orders] a[href^="#/orders/"]', '[data-testid=orders-search]', '[data-testid=orders] .found'],
  ['everything', '/orders', '[data-testid=orders] a[href^="#/orders/"]', '[data-testid=search-field]', '[data-testid=search] [role=status]'],
];
const SEARCHES = ['watercolour', '狐狸', 'lighthouse storm', 'zzzz'];
/** Pixels a second: three rows of the gallery. */
const PACE = 600;
/** A picture may be on its way this long after its row came into view. */
const BLANK_MS = 100;

const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
});
const figures = [];
const record = (name, unit, values, goal) => {
  const sorted = [...values].sort((a, b) => a - b);
  figures.push({ name, unit, min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1), runs: values.length, ...(goal === undefined ? {} : { goal }) });
};
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const tools = await page.context().newCDPSession(page);

/** From a click on a place of the menu to its content, in a window that is open already. */
async function opened(address, content) {
  return page.evaluate(
    async ([hash, wanted]) => {
      // From a screen that is neither.
      location.hash = hash === '/connection' ? '#/listings' : '#/connection';
      await new Promise((go) => setTimeout(go, 400));
      const begun = performance.now();
      location.hash = `#${hash}`;
      for (;;) {
        await new Promise((frame) => requestAnimationFrame(frame));
        const found = document.querySelector(wanted);
        const there = found !== null && (!(found instanceof HTMLImageElement) || (found.complete && found.naturalWidth > 0));
        if (there) return performance.now() - begun;
        if (performance.now() - begun > 20_000) return NaN;
      }
    },
    [address, content],
  );
}

async function heap() {
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

await page.goto(`${base}/#token=${token}`);
await page.waitForSelector('main, [data-testid=menu], nav');
for (const [name, address, content] of SCREENS) {
  const times = [];
  for (let run = 0; run < Number(asked.runs); run += 1) times.push(await opened(address, content));
  record(`${name}: address to content`, 'ms', times, name === 'gallery' ? 300 : 200);
}

// Searching: from the last letter to an answer on screen, the pause for writing included.
for (const [place, address, content, field, answer] of SEARCHED) {
  for (const words of SEARCHES) {
    const times = [];
    for (let run = 0; run < Number(asked.runs); run += 1) {
      await opened(address, content);
      if (place === 'everything') {
        await page.click('[data-testid=search-open]');
        await page.waitForSelector(field);
      }
      times.push(
        await page.evaluate(
          async ([words, at, answer]) => {
            const shown = () => document.querySelector(answer)?.textContent;
            const field = document.querySelector(at);
            const before = shown();
            field.value = words;
            field.dispatchEvent(new InputEvent('input', { bubbles: true }));
            const begun = performance.now();
            for (;;) {
              await new Promise((frame) => requestAnimationFrame(frame));
              const now = shown();
              // What is said while it looks is no answer.
              if (now !== before && now !== '' && document.querySelector('.looking') === null) return performance.now() - begun;
              if (performance.now() - begun > 20_000) return NaN;
            }
          },
          [words, field, answer],
        ),
      );
      if (place === 'everything') await page.keyboard.press('Escape');
    }
    record(`${place}, search "${words}"`, 'ms', times, 150);
  }
}

// Scrolling at a steady pace to the end, each frame looked at.
await opened('/gallery', '[data-testid=gallery-picture] img');
const before = await heap();
const scrolled = await page.evaluate(
  async ([pace, blankMs, heights]) => {
    const scroller = document.querySelector('.pictures');
    const end = heights === 0 ? Infinity : heights * scroller.clientHeight;
    const since = new Map();
    const blanks = [];
    let shown = 0;
    let frames = 0;
    let slow = 0;
    let longest = 0;
    let last = performance.now();
    let top = 0;
    const begun = last;
    let stuck = 0;
    for (;;) {
      const now = await new Promise((frame) => requestAnimationFrame(frame));
      const step = now - last;
      last = now;
      frames += 1;
      if (step > 50) slow += 1;
      longest = Math.max(longest, step);
      top += (pace * Math.min(step, 100)) / 1000;
      scroller.scrollTop = top;
      const view = scroller.getBoundingClientRect();
      const seen = new Set();
      for (const image of scroller.querySelectorAll('img')) {
        const { top, bottom } = image.getBoundingClientRect();
        if (bottom <= view.top || top >= view.bottom) continue;
        seen.add(image);
        if (image.complete && image.naturalWidth > 0) {
          const first = since.get(image);
          if (first !== undefined && now - first > blankMs) blanks.push(now - first);
          since.delete(image);
        } else if (!since.has(image)) since.set(image, now);
      }
      for (const image of since.keys()) if (!seen.has(image)) since.delete(image);
      shown = Math.max(shown, seen.size);
      const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
      stuck = atEnd ? stuck + step : 0;
      if (stuck > 3000 || top > end || now - begun > 3_600_000) break;
    }
    return { blanks: blanks.length, worst: Math.max(0, ...blanks), frames, slow, longest, seconds: (last - begun) / 1000, height: scroller.scrollTop };
  },
  [PACE, BLANK_MS, Number(asked.heights)],
);
record(`gallery scrolled ${Math.round(scrolled.height).toLocaleString('en')} px at ${PACE} px/s: pictures blank > ${BLANK_MS} ms`, '', [scrolled.blanks], 0);
record('longest blank while scrolling', 'ms', [scrolled.worst], BLANK_MS);
record('frames over 50 ms while scrolling, of all', '%', [(100 * scrolled.slow) / scrolled.frames]);
record('longest frame while scrolling', 'ms', [scrolled.longest]);

// To the very end as fast as pages come, then what is held.
const read = await page.evaluate(async () => {
  const scroller = document.querySelector('.pictures');
  let quiet = 0;
  let height = 0;
  const begun = performance.now();
  while (quiet < 40 && performance.now() - begun < 600_000) {
    scroller.scrollTop = scroller.scrollHeight;
    await new Promise((frame) => setTimeout(frame, 50));
    quiet = scroller.scrollHeight === height ? quiet + 1 : 0;
    height = scroller.scrollHeight;
  }
  const laid = Math.max(...[...scroller.querySelectorAll('a[data-at]')].map((link) => Number(link.dataset.at)), -1) + 1;
  return { laid, nodes: document.querySelectorAll('*').length, seconds: (performance.now() - begun) / 1000 };
});
const after = await heap();
record('pictures read to the end', '', [read.laid]);
record('elements of the page at the end', '', [read.nodes]);
record('JS heap with the gallery open, MB', 'MB', [before]);
record('JS heap after scrolling through all, MB', 'MB', [after]);
// Back at the top nothing has to be fetched again.
const back = await page.evaluate(async () => {
  const scroller = document.querySelector('.pictures');
  scroller.scrollTop = 0;
  const begun = performance.now();
  for (;;) {
    await new Promise((frame) => requestAnimationFrame(frame));
    const view = scroller.getBoundingClientRect();
    const seen = [...scroller.querySelectorAll('img')].filter((image) => image.getBoundingClientRect().top < view.bottom && image.getBoundingClientRect().bottom > view.top);
    if (seen.length > 0 && scroller.querySelector('a[data-at="0"]') !== null && seen.every((image) => image.complete && image.naturalWidth > 0)) return performance.now() - begun;
    if (performance.now() - begun > 20_000) return NaN;
  }
});
record('back to the top, every picture there', 'ms', [back], BLANK_MS);
await page.evaluate(() => (location.hash = '#/connection'));
await page.waitForSelector('[data-testid=connection-light]');
record('JS heap after leaving the gallery, MB', 'MB', [await heap()]);
await browser.close();

const shown = (value) => (value === undefined ? '' : Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(1));
console.log('figure | unit | min | median | max | runs | goal');
for (const { name, unit, min, median, max, runs, goal } of figures) console.log([name, unit, shown(min), shown(median), shown(max), runs, goal ?? ''].join(' | '));
if (asked.json !== undefined) writeFileSync(asked.json, `${JSON.stringify(figures, null, 2)}\n`);
