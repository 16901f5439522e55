import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, go, openBrowser, openPage } from './browser';
import { OpenStall, until } from './stall';

type Cards = { orders: { id: string; next: string; stage: string }[] };
type Listings = { listings: { id: string; paused: boolean; status: string; form: { recipe: { draft_first: boolean } } }[] };
type Order = { pictures: { is_draft: boolean; width: number }[]; not_as_asked: unknown[]; files: { name: string; from: string }[] };

const ALL = { search: null, stage: null, held_only: false, archived: false, after: null, limit: null };

let stall: OpenStall;
let browser: Browser;

beforeAll(async () => {
  [stall, browser] = await Promise.all([OpenStall.start({ practising: true, speed: 4 }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await stall?.close();
});

test('a draft goes out first, the seller goes on from it, adds a file, and pauses the listing, by clicks', async () => {
  const { page, errors } = await openPage(browser, { width: 1280, height: 800 });
  const wrong: string[] = [];
  const look = async (step: string) => {
    wrong.push(...(await findings(page)).map((found) => `${step}: ${found}`));
    const folder = process.env['WALK_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/draft-${step}.png`, fullPage: true });
  };
  await page.goto(stall.address);
  await page.locator('h1').first().waitFor();

  await go(page, '/listings/new');
  await page.getByTestId('listing-draft-first').click();
  await page.getByTestId('listing-draft-model').selectOption({ index: 1 });
  await page.getByTestId('listing-says').getByText('First the buyer gets a draft').waitFor();
  await page.getByTestId('listing-size-2K').click();
  await page.getByTestId('listing-preview').getByText('2K').waitFor();
  // What a large picture by the first model may cost does not fit under the cap that every stall begins with.
  await page.locator('[data-field=resolution]').getByText('every order would stop and wait for you').waitFor();
  await look('recipe');
  const settings = await stall.desk<{ values: Record<string, unknown> }>('settings.get', {});
  await stall.desk('settings.save', { ...settings.values, cap_per_order_usd: '2' });
  await page.getByTestId('listing-publish').click();
  await page.getByTestId('listing-publish-yes').click();

  const waiting = await until('a draft to wait for its buyer', async () => (await stall.desk<Cards>('orders.list', ALL)).orders.find(({ next }) => next === 'wait_draft'));
  // Time slows down: the buyer thinks for some seconds.
  await stall.desk('practice.speed', { speed: 1 });
  await go(page, `/orders/${waiting.id}`);
  await page.getByTestId('action-approve').waitFor();
  await page.getByTestId('pictures').getByText('Draft', { exact: true }).waitFor();
  await look('waiting');
  await page.getByTestId('files-input').setInputFiles({ name: 'a first idea, with all its layers.psd', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000, 7) });
  await page.getByTestId('files-send').click();
  await page.getByTestId('file-sent').waitFor();
  await page.getByTestId('action-approve').click();
  await stall.desk('practice.speed', { speed: 20 });
  const delivered = await until('the finished picture', async () => {
    const order = await stall.desk<Order>('orders.get', { id: waiting.id });
    return order.pictures.some(({ is_draft }) => !is_draft) && order.files.some(({ name }) => name === 'picture-1.png') ? order : undefined;
  });
  expect(delivered.pictures.map(({ is_draft }) => is_draft)).toEqual([true, false]);
  const [draft, finished] = delivered.pictures;
  expect(finished?.width).toBe(2 * (draft?.width ?? 0));
  expect(delivered.not_as_asked).toEqual([]);
  expect(delivered.files.map(({ name }) => name)).toContain('draft.png');
  await page.getByTestId('pictures').getByText('Draft', { exact: true }).waitFor();
  await look('delivered');

  await go(page, '/listings');
  await page.getByTestId('listing-pause').first().click();
  await until('the pause to be known', async () => (await stall.desk<Listings>('listings.list')).listings.find(({ paused, status }) => paused && status === 'hidden'));
  await page.getByTestId('listing-resume').first().waitFor();
  await look('paused');
  await page.getByTestId('listing-resume').first().click();
  await until('it to be on sale again', async () => (await stall.desk<Listings>('listings.list')).listings.find(({ paused, status }) => !paused && status === 'active'));

  expect(wrong).toEqual([]);
  expect(errors).toEqual([]);
});
