// Looks at every screen: builds the sample stall, opens each screen in Chromium, writes a picture of it and runs
// axe over it. `node scripts/screens.mjs [--out DIR] [--only WORD,WORD] [--variants en.light.wide.100,…] [--axe-only]`
// Behind a screen stand the places to click in turn; `place << words` types into it, `place <+ a.png,b.zip` gives it files.
// A variant is language, theme, window (wide, small, tall) and text size in percent.
// `--docs DIR` keeps the views of the documentation instead, smaller, in both languages and themes.
// Ends with a failure when axe finds anything, a screen logs an error, or a page is wider than its window.
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const { values: asked } = parseArgs({
  options: {
    out: { type: 'string', default: join(tmpdir(), 'screens') },
    only: { type: 'string' },
    variants: { type: 'string' },
    docs: { type: 'string' },
    'axe-only': { type: 'boolean', default: false },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' },
  },
});

// Name, sample stall, route, then what is clicked in turn. A click that begins with ? is left out where it is not in view.
const SCREENS = [
  ['welcome', 'welcome', '/today'],
  ['welcome-connect', 'welcome', '/today', '[data-testid=door-connect]'],
  ['today-first', 'practice', '/today'],
  ['today', 'busy', '/today'],
  ['today-empty', 'empty', '/today'],
  ['today-long', 'long', '/today'],
  ['today-error', 'error', '/today'],
  ['today-loading', 'loading', '/today'],
  ['orders', 'busy', '/orders'],
  ['orders-list', 'busy', '/orders', '[data-testid=as-list]'],
  ['orders-empty', 'empty', '/orders'],
  ['orders-long', 'long', '/orders'],
  ['orders-error', 'error', '/orders'],
  ['order-approve', 'busy', '/orders/o-approve'],
  ['order-drawing', 'busy', '/orders/o-drawing'],
  ['order-files', 'busy', '/orders/o-drawing', '[data-testid=files-input] <+ Fuchs-im-Schnee-alle-Ebenen-und-Schriften-endgueltige-Fassung-雪中的狐狸最终版.psd,fox.png,fox.zip', '[data-testid=files-send]'],
  ['order-disputed', 'busy', '/orders/o-disputed'],
  ['order-refund', 'busy', '/orders/o-disputed', '[data-testid=action-propose_refund]'],
  ['order-paid', 'busy', '/orders/o-paid-moon'],
  ['order-asking', 'busy', '/orders/o-drawing', '[data-testid=action-cancel]'],
  ['orders-buyers', 'practice', '/orders', '[data-testid=buyer-menu]'],
  ['order-links', 'busy', '/orders/o-delivered'],
  ['order-links-end', 'busy', '/orders/o-delivered', '[data-testid=links-end]'],
  ['order-long', 'long', '/orders/o-approve'],
  ['order-error', 'error', '/orders/o-approve'],
  ['listings', 'busy', '/listings'],
  ['listings-empty', 'empty', '/listings'],
  ['listings-long', 'long', '/listings'],
  ['listings-error', 'error', '/listings'],
  ['listing-new', 'practice', '/listings/new'],
  ['listing-size', 'busy', '/listings/l6', '[data-testid=listing-size-4K]'],
  ['listing-draft', 'busy', '/listings/l6', '[data-testid=listing-automation-ask_before_delivering]', '[data-testid=listing-draft-first]'],
  ['listing-recipe', 'busy', '/listings/l6', '[data-testid=listing-picture-models-own]', '[data-testid=listing-accept-robot]', '[data-testid=listing-cap] << 0.2'],
  ['listing-places', 'busy', '/listings/l6', '[data-testid=listing-hide-when-full]'],
  ['listing-untold', 'busy', '/listings/l9'],
  ['listing-template-asks', 'practice', '/listings/new', '[data-testid=listing-name] << !', '[data-testid=listing-template-poster]'],
  ['listing-refused', 'busy', '/listings/l5'],
  ['listing-long', 'long', '/listings/l1'],
  ['gallery', 'busy', '/gallery'],
  ['gallery-picture', 'busy', '/gallery/p3'],
  ['gallery-send', 'busy', '/gallery/p3', '[data-testid=picture-send]'],
  ['gallery-deleted', 'busy', '/gallery/p1', '[data-testid=picture-delete]'],
  ['gallery-kept', 'busy', '/gallery/p3', '[data-testid=picture-delete]'],
  ['gallery-gone', 'busy', '/gallery/nothing'],
  ['gallery-long', 'long', '/gallery/p3'],
  ['gallery-empty', 'empty', '/gallery'],
  ['gallery-error', 'error', '/gallery'],
  ['jobs', 'busy', '/jobs'],
  ['jobs-empty', 'empty', '/jobs'],
  ['jobs-long', 'long', '/jobs'],
  ['jobs-error', 'error', '/jobs'],
  ['jobs-search', 'busy', '/jobs', '?[data-testid=jobs-fold]', '[data-testid=saved-edit]'],
  ['jobs-robot', 'busy', '/jobs', '[data-testid=robot-change]'],
  ['jobs-job', 'busy', '/jobs/j1'],
  ['jobs-job-odd', 'busy', '/jobs/j2'],
  ['jobs-job-held', 'busy', '/jobs/m1'],
  ['jobs-job-send', 'busy', '/jobs/m1', '[data-testid=held-send]'],
  ['jobs-job-long', 'long', '/jobs/j1'],
  ['jobs-mine', 'busy', '/jobs/mine'],
  ['jobs-mine-long', 'long', '/jobs/mine'],
  ['jobs-mine-running', 'busy', '/jobs/mine/a3'],
  ['jobs-mine-done', 'busy', '/jobs/mine/a1'],
  ['jobs-hiring', 'busy', '/jobs/hiring'],
  ['jobs-hiring-new', 'busy', '/jobs/hiring/new'],
  ['jobs-hiring-choose', 'busy', '/jobs/hiring/h1'],
  ['jobs-hiring-yes', 'busy', '/jobs/hiring/h1', '[data-testid=accept] >> nth=0'],
  ['jobs-hiring-work', 'busy', '/jobs/hiring/h2'],
  ['jobs-hiring-opinion', 'busy', '/jobs/hiring/h2', '[data-testid=opinion]'],
  ['jobs-hiring-refused', 'busy', '/jobs/hiring/h4'],
  ['jobs-hiring-long', 'long', '/jobs/hiring/h1'],
  ['messages', 'busy', '/messages'],
  ['messages-conversation', 'busy', '/messages/conversation/c1'],
  ['messages-scam', 'busy', '/messages/conversation/c2'],
  ['messages-order', 'busy', '/messages/order/o-approve'],
  ['messages-question', 'busy', '/messages/conversation/c1', '[data-testid=letter-send-anyway]'],
  ['messages-replies', 'busy', '/messages/conversation/c3', '[data-testid=replies-open]'],
  ['messages-picture', 'busy', '/messages/conversation/c3', '[data-testid=letter-with-picture]', '[data-testid=letter-gallery]'],
  ['messages-suggested', 'busy', '/messages/conversation/c3', '[data-testid=letter-with-picture]', '[data-testid=letter-suggest]'],
  ['messages-new', 'busy', '/messages/new'],
  ['messages-first', 'busy', '/messages/new/p9'],
  ['messages-empty', 'empty', '/messages'],
  ['messages-long', 'long', '/messages/conversation/c1'],
  ['messages-error', 'error', '/messages/conversation/c1'],
  ['messages-loading', 'loading', '/messages'],
  ['money', 'busy', '/money'],
  ['money-table', 'busy', '/money', '[data-testid=money-as-table]'],
  ['money-week', 'busy', '/money', '[data-testid=money-span-week]'],
  ['money-all', 'busy', '/money', '[data-testid=money-span-all]'],
  ['money-jobs', 'busy', '/money', '[data-testid=money-market-moltmarket]'],
  ['money-practice', 'practice', '/money'],
  ['money-empty', 'empty', '/money', '[data-testid=money-span-all]'],
  ['money-long', 'long', '/money'],
  ['money-error', 'error', '/money'],
  ['money-loading', 'loading', '/money'],
  ['search', 'busy', '/today', '[data-testid=search-open]'],
  ['search-found', 'busy', '/today', '[data-testid=search-open]', '[data-testid=search-field] << o'],
  ['search-setting', 'busy', '/today', '[data-testid=search-open]', '[data-testid=search-field] << li'],
  ['search-nothing', 'busy', '/today', '[data-testid=search-open]', '[data-testid=search-field] << qqqq'],
  ['search-long', 'long', '/today', '[data-testid=search-open]', '[data-testid=search-field] << ein'],
  ['search-error', 'error', '/today', '[data-testid=search-open]', '[data-testid=search-field] << fox'],
  ['connection', 'busy', '/connection'],
  ['connection-checked', 'busy', '/connection', '[data-testid=check-up-run]'],
  ['connection-practice', 'practice', '/connection'],
  ['connection-error', 'error', '/connection'],
  ['molt-none', 'empty', '/connection'],
  ['molt-key', 'empty', '/connection', '[data-testid=molt-connect]'],
  ['molt-register', 'welcome', '/today', '[data-testid=door-connect]', '[data-testid=molt-connect]', '[data-testid=molt-way-new]'],
  ['molt-unclaimed', 'busy&molt=unclaimed', '/connection'],
  ['molt-refused_key', 'busy&molt=refused_key', '/connection'],
  ['molt-opening', 'busy&molt=opening', '/connection'],
  ['molt-open', 'busy', '/connection', '[data-testid=molt-budgets] summary', '[data-testid=molt-news] summary'],
  ['molt-disconnect', 'busy', '/connection', '[data-testid=molt-disconnect]'],
  ['molt-rules', 'busy', '/jobs', '[data-testid=molt-rules-open]'],
  ['molt-settings', 'busy', '/settings', '[data-testid=account-moltmarket]'],
  ['profile', 'busy', '/jobs/profile'],
  ['profile-wallet', 'busy', '/jobs/profile', '[data-testid=wallet-add]'],
  ['profile-ask', 'busy', '/jobs/profile', '[data-testid=wallet-remove]', '[data-testid=profile-look]'],
  ['profile-pending', 'busy&molt=pending', '/jobs/profile'],
  ['profile-refused', 'busy&molt=refused', '/jobs/profile'],
  ['molt-long', 'long', '/connection'],
  ['molt-rules-long', 'long', '/connection', '[data-testid=molt-rules-open]'],
  ['profile-long', 'long', '/jobs/profile'],
  ['people-long', 'long', '/jobs/people'],
  ['person-long', 'long', '/jobs/people/p1'],
  ['profile-none', 'empty', '/jobs/profile'],
  ['profile-error', 'error', '/jobs/profile'],
  ['people', 'busy', '/jobs/people'],
  ['people-crowd', 'busy&molt=crowd', '/jobs/people'],
  ['people-none', 'empty', '/jobs/people'],
  ['people-error', 'error', '/jobs/people'],
  ['person', 'busy', '/jobs/people/p1'],
  ['person-scam', 'busy', '/jobs/people/p3'],
  ['person-gone', 'busy', '/jobs/people/nobody'],
  ['person-report', 'busy', '/jobs/people/p3', '[data-testid=person-report]'],
  ['settings', 'busy', '/settings'],
  ['settings-practice', 'practice', '/settings'],
  ['settings-export', 'busy', '/settings', '[data-testid=export-make]'],
  ['settings-weather', 'practice', '/settings', '[data-testid=weather-storm]'],
  ['settings-error', 'error', '/settings'],
];

/** The views that docs/screens shows, by their names there. */
const DOCS = {
  welcome: 'welcome',
  today: 'today',
  orders: 'orders',
  order: 'order-paid',
  'order-approve': 'order-approve',
  'order-disputed': 'order-disputed',
  listings: 'listings',
  listing: 'listing-new',
  gallery: 'gallery',
  picture: 'gallery-picture',
  messages: 'messages-conversation',
  jobs: 'jobs',
  job: 'jobs-job',
  hiring: 'jobs-hiring-choose',
  people: 'person-scam',
  money: 'money',
  search: 'search-found',
  connection: 'connection',
  settings: 'settings',
};

const WINDOWS = { wide: { width: 1280, height: 800 }, small: { width: 900, height: 600 }, tall: { width: 1280, height: 2000 } };
const words = asked.only?.split(',');
const shown = new Map(Object.entries(DOCS).map(([name, view]) => [view, name]));
const screens = SCREENS.filter(([name]) => (asked.docs === undefined || shown.has(name)) && (words === undefined || words.some((word) => name === word || name.startsWith(`${word}-`))));
const variants = (asked.variants?.split(',') ?? [...['en', 'zh-CN'].flatMap((lang) => ['light', 'dark'].flatMap((theme) => (asked.docs === undefined ? ['wide', 'small'] : ['wide']).map((size) => `${lang}.${theme}.${size}.100`))), ...(asked.docs === undefined ? ['en.light.wide.200'] : [])]).map((variant) => variant.split('.'));

const built = join(asked.out, '.site');
await rm(asked.out, { recursive: true, force: true });
await mkdir(asked.out, { recursive: true });
if (asked.docs !== undefined) await mkdir(asked.docs, { recursive: true });
await build({ mode: 'sample', logLevel: 'warn', build: { outDir: built, emptyOutDir: true } });
const server = await preview({ logLevel: 'warn', build: { outDir: built }, preview: { port: 4500 + Math.floor(Math.random() * 400), host: '127.0.0.1' } });
const address = server.resolvedUrls.local[0];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A view for the documentation: as a person sees it, small enough to be kept with the source. */
async function keep(page, file) {
  const tools = await page.context().newCDPSession(page);
  const { data } = await tools.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await writeFile(join(asked.docs, file), Buffer.from(data, 'base64'));
}

const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const wrong = [];
try {
  for (const [lang, theme, size, text] of variants) {
    const context = await browser.newContext({ viewport: WINDOWS[size], reducedMotion: 'reduce', locale: lang });
    for (const [name, scenario, route, ...clicks] of screens) {
      const label = `${name}.${lang}.${theme}.${size}${text === '100' ? '' : `.${text}`}`;
      const page = await context.newPage();
      page.on('pageerror', (error) => wrong.push(`${label}: ${error.message}`));
      page.on('console', (said) => said.type() === 'error' && wrong.push(`${label}: ${said.text()}`));
      await page.goto(`${address}?scenario=${scenario}&lang=${lang}&theme=${theme}&text=${text}&step=600000#${route}`);
      await page.locator('h1').first().waitFor();
      for (const click of clicks) {
        const [where] = click.split(/ <[<+] /);
        const [, typed] = click.split(' << ');
        const [, given] = click.split(' <+ ');
        const goal = page.locator(where.replace(/^\?/, '')).first();
        if (click.startsWith('?') && !(await goal.isVisible())) continue;
        const files = given?.split(',').map((name) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(4_800_000) }));
        const doing = files !== undefined ? goal.setInputFiles(files) : typed === undefined ? goal.click({ timeout: 10_000 }) : goal.fill(typed, { timeout: 10_000 }).then(() => page.waitForTimeout(400));
        await doing.catch((error) => wrong.push(`${label}: ${click}: ${error.message.split('\n')[0]}`));
      }
      await page.waitForFunction(() => [...document.images].every((image) => image.complete || image.loading === 'lazy'));
      await page.waitForTimeout(scenario === 'loading' ? 900 : 150);
      if (asked.docs !== undefined) await keep(page, `${shown.get(name)}.${lang}.${theme}.webp`);
      else if (!asked['axe-only']) await page.screenshot({ path: join(asked.out, `${label}.png`) });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) wrong.push(`${label}: ${wide} px wider than the window`);
      await page.addScriptTag({ content: axe });
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      for (const { id, nodes } of violations) wrong.push(`${label}: axe ${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.failureSummary})`).join(' | ')}`);
      await page.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
console.log(`${String(screens.length * variants.length)} views in ${asked.out}`);
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
