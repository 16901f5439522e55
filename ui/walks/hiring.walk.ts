import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, go, openBrowser, openPage } from './browser';
import { OpenStall, until } from './stall';

let stall: OpenStall;
let browser: Browser;

beforeAll(async () => {
  [stall, browser] = await Promise.all([OpenStall.start({ practising: true, speed: 20 }), openBrowser()]);
  await stall.set({ moltmarket_minutes: 1 });
});

afterAll(async () => {
  await browser?.close();
  await stall?.close();
});

test('somebody is hired by clicks, from the post to the review', async () => {
  const { page, errors } = await openPage(browser, { width: 1280, height: 800 });
  const wrong: string[] = [];
  const look = async (step: string) => {
    wrong.push(...(await findings(page)).map((found) => `${step}: ${found}`));
    const folder = process.env['WALK_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/hiring-${step}.png`, fullPage: true });
  };
  await page.goto(stall.address);
  await page.locator('h1').first().waitFor();
  await go(page, '/jobs/hiring');
  await page.getByTestId('hire-new').click();
  await page.getByTestId('post-title').fill('A lighthouse for a picture book');
  await page.getByTestId('post-about').fill('One upright watercolour of a lighthouse by moonlight, for the cover of a picture book. The title is set by us: please keep the upper third calm.');
  await page.getByTestId('criterion-add').click();
  await page.getByTestId('criterion').first().fill('A lighthouse is in it');
  await page.getByTestId('post-least').fill('10');
  await page.getByTestId('post-most').fill('30');
  await look('form');
  await page.getByTestId('post-send').click();
  await look('yes');
  await page.getByTestId('post-yes').click();
  await page.getByTestId('posted-edit').waitFor();

  // Three apply by themselves, the second does good work.
  await until('three applicants', async () => (await page.getByTestId('applicant').count()) === 3, 120_000);
  await look('applicants');
  await page.getByTestId('applicants-order').selectOption('rating');
  const applicants = page.getByTestId('applicant');
  expect((await applicants.allTextContents()).filter((text) => /fee|deposit|first/i.test(text)).length).toBeGreaterThan(0);
  await page.getByTestId('applicants-order').selectOption('first');
  await page.getByTestId('accept').nth(1).click();
  await look('choosing');
  await page.getByTestId('accept-yes').check();
  await page.getByTestId('decide-yes').click();

  await page.getByTestId('work').waitFor();
  const verdict = await until('a second opinion on what was delivered', async () => {
    await page.getByTestId('opinion').click();
    await page.waitForFunction(() => document.querySelector('[data-testid=opinion]')?.getAttribute('aria-busy') !== 'true');
    // Nothing to judge before something was delivered; then it says so.
    if ((await page.getByTestId('opinion-note').count()) === 0) return false;
    const said = await page.getByTestId('work').locator('.opinion').allTextContents();
    return said.length === 1 && said[0];
  });
  expect(verdict).not.toBe('');
  await look('work');

  await page.getByTestId('paid-amount').fill('20');
  if ((await page.getByTestId('pay').getByRole('radio').count()) > 1) await page.getByTestId('pay').getByRole('radio').first().check();
  await page.getByTestId('mark-paid').click();
  await look('paying');
  await page.getByTestId('paid-yes').click();
  await page.getByTestId('paid-change').waitFor();

  await page.getByTestId('finish').click();
  await look('finishing');
  await page.getByTestId('ending-yes').click();
  await page.getByTestId('ending').waitFor({ state: 'hidden' });
  await look('finished');
  expect(wrong).toEqual([]);
  // A second opinion asked for too early is refused.
  expect(errors.filter((error) => !error.includes('409'))).toEqual([]);
});
