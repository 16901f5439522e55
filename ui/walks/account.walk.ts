import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, go, openBrowser, openPage } from './browser';
import { OpenStall, until } from './stall';

type Jobs = { jobs: { id: string; title: string }[] };
type Threads = { threads: { kind: string; id: string }[] };
type Account = { profile: { description: string | null } | null };
type Talk = { letters: { who: string; text: string; state: string }[] };

const WALLET = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

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

test('an account is made one’s own, somebody is written to, and what must not leave is held, by clicks', async () => {
  const { page, errors } = await openPage(browser, { width: 1280, height: 800 });
  const wrong: string[] = [];
  const look = async (step: string) => {
    wrong.push(...(await findings(page)).map((found) => `${step}: ${found}`));
    const folder = process.env['WALK_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/account-${step}.png`, fullPage: true });
  };
  await page.goto(stall.address);
  await page.locator('h1').first().waitFor();

  // The profile: a slip in a wallet is found before anything is sent, and what is sent is shown first.
  await go(page, '/jobs/profile');
  await page.getByTestId('profile-about').fill('Draws at night: lighthouses, foxes, the sea.');
  await page.getByTestId('wallet-add').click();
  await page.getByTestId('wallet-address').fill(WALLET.replace('eAed', 'eAeD'));
  await page.getByTestId('profile-look').click();
  await page.getByTestId('wallet-problem').waitFor();
  await look('slip');
  await page.getByTestId('wallet-address').fill(WALLET);
  await page.getByTestId('profile-look').click();
  const shown = page.getByTestId('profile-dialog');
  await shown.waitFor();
  expect(await shown.textContent()).toContain(WALLET);
  await look('profile');
  await page.getByTestId('profile-send').click();
  await until('the market to know it', async () => (await stall.desk<Account>('molt.get')).profile?.description?.startsWith('Draws at night'));
  await until('the form to have nothing left to send', () => page.getByTestId('profile-look').isDisabled());

  // A letter with a link is held, changed and sent.
  const job = await until('a job', async () => (await stall.desk<Jobs>('jobs.search', { filter: { skills: [] }, offset: 0 })).jobs[0]);
  await go(page, `/jobs/${job.id}`);
  await page.getByTestId('job-letter').fill('My work is at https://lin.example');
  const send = async () => {
    await page.getByTestId('job-apply').click();
    await page.getByTestId('send-dialog').waitFor();
    if ((await page.getByTestId('job-yes').count()) > 0) await page.getByTestId('job-yes').check();
    await page.getByTestId('send-yes').click();
    await page.getByTestId('send-dialog').waitFor({ state: 'detached' });
  };
  await send();
  await page.getByTestId('held').waitFor();
  await look('held');
  await page.getByTestId('held-change').click();
  await page.getByTestId('job-write').click();
  await page.getByTestId('letter-made').waitFor();
  await send();
  await page.getByTestId('to-application').waitFor();
  await look('applied');

  // A thread: a drafted answer goes as it is; what must not leave waits for the seller.
  const thread = await until('somebody who writes', async () => {
    await stall.desk('molt.poll_now');
    const { threads } = await stall.desk<Threads>('messages.list', { only: null, search: null, after: null, limit: null });
    return threads.find(({ kind }) => kind === 'conversation');
  }, 180_000);
  const said = async () => (await stall.desk<Talk>('people.conversation', { id: thread.id })).letters.filter(({ who }) => who === 'seller');
  await go(page, `/messages/conversation/${thread.id}`);
  await page.getByTestId('letter-suggest').click();
  await page.getByTestId('drafted').waitFor();
  await look('drafted');
  expect(await said()).toEqual([]);
  await page.getByTestId('letter-send').click();
  await until('the answer to be sent', async () => (await said()).some(({ state }) => state === 'sent'));
  await page.getByTestId('letter-text').fill('Please send the payment before I start.');
  await page.getByTestId('letter-send').click();
  await until('the letter to be held', async () => (await said()).some(({ state }) => state === 'held'));
  await page.getByTestId('letter-with-picture').click();
  await page.getByTestId('letter-gallery').click();
  await page.getByTestId('gallery-picker').waitFor();
  await look('gallery');
  expect(wrong).toEqual([]);
  // What is held is refused first.
  expect(errors.filter((error) => !error.includes('409'))).toEqual([]);
});
