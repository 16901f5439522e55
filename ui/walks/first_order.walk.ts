import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage } from './browser';
import { press, tabTo } from './keyboard';
import { OpenStall, until } from './stall';

let stall: OpenStall;
let browser: Browser;

beforeAll(async () => {
  [stall, browser] = await Promise.all([OpenStall.start({ practising: false, speed: 20 }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await stall?.close();
});

test('a first order is made, watched and looked at with the keyboard alone', async () => {
  const { page, errors } = await openPage(browser, { width: 1280, height: 800 });
  await page.goto(stall.address);
  await press(page, 'door-practise');
  await press(page, 'first-listing');

  await page.getByTestId('listing-name').waitFor();
  await tabTo(page, 'listing-name');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Storybook pets');
  await page.getByTestId('listing-preview').getByText('Storybook pets').first().waitFor();
  await press(page, 'listing-publish');
  await press(page, 'listing-publish-yes');

  await press(page, 'running-order');
  await until('the order to be paid', async () => (await page.locator('[data-testid=stepper] li.done').count()) === 7);

  await press(page, 'nav-gallery');
  await press(page, 'gallery-picture');
  await page.getByTestId('viewer-image').waitFor();
  await page.keyboard.press('Escape');
  await until('the gallery again', async () => (await page.getByTestId('viewer-image').count()) === 0);

  // The search over everything finds it again.
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByTestId('search-field').waitFor();
  await page.keyboard.type('Storybook');
  await page.getByRole('dialog').getByRole('option', { name: /Storybook/ }).first().waitFor();
  await page.keyboard.press('Enter');
  await until('the found place', async () => !(await page.evaluate(() => location.hash)).startsWith('#/gallery'));
  expect(errors).toEqual([]);
});
