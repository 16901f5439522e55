import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, go, openBrowser, openPage, overhang, spoken } from './browser';
import { OpenStall, until } from './stall';

let stall: OpenStall;
let browser: Browser;
let screens: [string, string][];

beforeAll(async () => {
  [stall, browser] = await Promise.all([OpenStall.start({ practising: true, speed: 20 }), openBrowser()]);
  const { listing, order } = await firstOrder();
  const { pictures } = await stall.desk<{ pictures: { id: string }[] }>('gallery.list', { search: null, min_rating: null, tag: null, after: null, limit: 1 });
  const picture = pictures[0]?.id ?? '';
  screens = [
    ['today', '/today'],
    ['orders', '/orders'],
    ['order', `/orders/${order}`],
    ['listings', '/listings'],
    ['listing', `/listings/${listing}`],
    ['new listing', '/listings/new'],
    ['gallery', '/gallery'],
    ['picture', `/gallery/${picture}`],
    ['messages', '/messages'],
    ['thread', `/messages/order/${order}`],
    ['jobs', '/jobs'],
    ['money', '/money'],
    ['connection', '/connection'],
    ['settings', '/settings'],
  ];
});

afterAll(async () => {
  await browser?.close();
  await stall?.close();
});

/** A listing published by clicks, and the order it brings, paid. */
async function firstOrder(): Promise<{ listing: string; order: string }> {
  const { page } = await openPage(browser, { width: 1280, height: 800 });
  await page.goto(stall.address);
  await page.getByTestId('first-listing').click();
  await page.getByTestId('listing-publish').click();
  await page.getByTestId('listing-publish-yes').click();
  const listing = await until('the listing', async () => {
    const { listings } = await stall.desk<{ listings: { id: string; status: string }[] }>('listings.list');
    return listings.find(({ status }) => status === 'active')?.id;
  });
  // Four turn up by themselves, and nobody after them: one after the other, so that a slow machine shows the same.
  let order = '';
  for (let buyer = 1; buyer <= 4; buyer += 1) {
    await until(`order ${String(buyer)}`, async () => (await orders(null)).length === buyer);
    await stall.desk('listings.hide', { id: listing, hidden: true });
    order = await until(`order ${String(buyer)} to be paid`, async () => {
      const paid = await orders('paid');
      return paid.length === buyer && paid[0]?.id;
    });
    await stall.desk('listings.hide', { id: listing, hidden: false });
  }
  await page.context().close();
  return { listing, order };
}

async function orders(stage: string | null): Promise<{ id: string }[]> {
  const list = await stall.desk<{ orders: { id: string }[] }>('orders.list', { search: null, stage, held_only: false, archived: false, after: null, limit: 10 });
  return list.orders;
}

async function look(where: { width: number; height: number }, each: (name: string, page: Page) => Promise<void>): Promise<void> {
  const { page, errors } = await openPage(browser, where);
  await page.goto(stall.address);
  await page.locator('h1').first().waitFor();
  for (const [name, route] of screens) {
    await go(page, route);
    await each(name, page);
  }
  expect(errors).toEqual([]);
  await page.context().close();
}

describe.each(['en', 'zh-CN'])('in %s', (language) => {
  test.each(['light', 'dark'])('%s: axe finds nothing and nothing is wider than a small window', async (theme) => {
    await stall.set({ language, theme });
    const wrong: string[] = [];
    await look({ width: 900, height: 600 }, async (name, page) => {
      wrong.push(...(await findings(page)).map((found) => `${name}: ${found}`));
      const pixels = await overhang(page);
      if (pixels > 0) wrong.push(`${name}: ${String(pixels)} px wider than the window`);
    });
    expect(wrong).toEqual([]);
  });

  test('a screen reader meets every screen as it did before', async () => {
    await stall.set({ language, theme: 'light' });
    await look({ width: 1280, height: 800 }, async (name, page) => {
      await expect(`${await spoken(page, 'main')}\n`).toMatchFileSnapshot(`snapshots/${name.replace(' ', '-')}.${language}.yaml`);
    });
  });
});
