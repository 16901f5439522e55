import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import type { Command, Request, Response } from '$lib/backend/backend';
import { DeskFailure } from '$lib/backend/backend';
import { failureWords } from '$lib/words';
import Application from '../../src/screens/jobs/Application.svelte';
import Job from '../../src/screens/jobs/Job.svelte';
import Jobs from '../../src/screens/jobs/Jobs.svelte';
import Posted from '../../src/screens/jobs/Posted.svelte';
import { clockAt, momentAt } from '../../src/screens/jobs/hiring/zones';
import { asked, bench, on } from '../bench';

/** A stall of which one command answers otherwise. */
class Otherwise extends SampleBackend {
  readonly command: Command;
  readonly answer: (asBefore: () => Promise<unknown>) => Promise<unknown>;

  constructor(command: Command, answer: (asBefore: () => Promise<unknown>) => Promise<unknown>) {
    super(scenario('busy'));
    this.command = command;
    this.answer = answer;
  }

  override call<C extends Command>(command: C, request: Request<C>): Promise<Response<C>> {
    const asBefore = () => super.call(command, request);
    return command === this.command ? (this.answer(asBefore) as Promise<Response<C>>) : asBefore();
  }
}

describe('a profile without a wallet', () => {
  it('is said before anybody applies, and once more before it is sent', async () => {
    const backend = new Otherwise('molt.get', async (asBefore) => {
      const molt = (await asBefore()) as Response<'molt.get'>;
      return { ...molt, pending: null, profile: molt.profile === null ? null : { ...molt.profile, wallets: [] } };
    });
    const { user } = on(backend, Job, { id: 'j1' });
    expect(within(await screen.findByTestId('no-wallet')).getByRole('link')).toHaveAttribute('href', '#/jobs/profile');
    await user.type(screen.getByTestId('job-letter'), 'Hello');
    await user.click(screen.getByTestId('job-apply'));
    expect(within(await screen.findByTestId('send-dialog')).getByTestId('no-wallet')).toHaveTextContent('nobody can see where to pay you');
  });

  it('is not said of one that names a wallet', async () => {
    bench(Job, { id: 'j1' }, 'busy');
    await screen.findByTestId('job-letter');
    expect(screen.queryByTestId('no-wallet')).toBeNull();
  });
});

describe('finding jobs', () => {
  it('says how each job fits, whether it can be handed over, and what is odd', async () => {
    bench(Jobs, {}, 'busy');
    const [good, odd] = await screen.findAllByTestId('job');
    expect(good).toHaveTextContent('Fits 82 of 100');
    expect(good).toHaveTextContent('The pictures can be delivered.');
    expect(odd).toHaveTextContent('neither a public address nor a bucket yet');
    expect(odd).toHaveTextContent('nobody owes a deposit');
    expect(screen.getByTestId('allowance')).toHaveTextContent('1 of 5 applications');
    expect(screen.getAllByTestId('job').find((row) => row.textContent?.includes('Podcast cover'))).toHaveTextContent('You: Held back');
  });

  it('asks with every filter, piece by piece', async () => {
    const { backend, user } = bench(Jobs, {}, 'busy');
    await user.click(await screen.findByTestId('jobs-more'));
    await waitFor(() => expect(asked(backend, 'jobs.search').at(-1)).toMatchObject({ offset: 10 }));
    await waitFor(() => expect(screen.getAllByTestId('job')).toHaveLength(12));
    await user.click(screen.getByTestId('jobs-wider'));
    await user.type(screen.getByTestId('jobs-skills'), 'illustration{Enter}');
    await user.type(screen.getByTestId('jobs-least'), '40');
    await user.type(screen.getByTestId('jobs-most'), '30');
    expect(screen.getByTestId('jobs-look')).toBeDisabled();
    await user.clear(screen.getByTestId('jobs-most'));
    await user.type(screen.getByTestId('jobs-most'), '90');
    await user.selectOptions(screen.getByTestId('jobs-poster'), 'human');
    await user.selectOptions(screen.getByTestId('jobs-status'), 'all');
    await user.selectOptions(screen.getByTestId('jobs-promoted'), 'true');
    await user.click(screen.getByTestId('jobs-look'));
    const filter = { status: 'all', poster: 'human', promoted: true, skills: ['illustration'], budget_min: '40', budget_max: '90' };
    await waitFor(() => expect(asked(backend, 'jobs.search').at(-1)).toEqual({ filter, offset: 0 }));
    await waitFor(() => expect(screen.getAllByTestId('job')).toHaveLength(1));
  });

  it('keeps, runs, renames and deletes a search', async () => {
    const { backend, user } = bench(Jobs, {}, 'busy');
    await user.click(await screen.findByTestId('saved-run'));
    await waitFor(() => expect(asked(backend, 'jobs.search').at(-1)?.filter).toMatchObject({ skills: ['illustration'], budget_min: '40' }));
    backend.emit({ kind: 'jobs_found', search_id: 's1', count: 3 });
    expect(await screen.findByText('3 new')).toBeVisible();
    await user.click(screen.getByTestId('jobs-reset'));
    await user.click(await screen.findByTestId('jobs-save'));
    await user.type(screen.getByTestId('jobs-save-name'), 'Everything');
    await user.click(screen.getByTestId('search-keep'));
    await waitFor(() => expect(screen.getAllByTestId('saved-run')).toHaveLength(2));
    await user.click(screen.getAllByTestId('saved-edit')[0]!);
    await user.clear(screen.getByTestId('jobs-save-name'));
    await user.type(screen.getByTestId('jobs-save-name'), 'Pictures');
    await user.click(screen.getByTestId('search-keep'));
    await waitFor(() => expect(asked(backend, 'jobs.saved_save').at(-1)).toMatchObject({ id: 's1', name: 'Pictures', filter: { budget_min: '40' } }));
    await user.click((await screen.findAllByTestId('saved-edit'))[0]!);
    await user.click(screen.getByTestId('search-forget'));
    await waitFor(() => expect(screen.getAllByTestId('saved-run')).toHaveLength(1));
  });

  it('applies by itself only after a clear yes', async () => {
    const { backend, user } = bench(Jobs, {}, 'busy');
    await user.click(await screen.findByTestId('robot-change'));
    await user.click(screen.getByTestId('robot-mode-automatic'));
    expect(screen.getByTestId('robot-save')).toBeDisabled();
    await user.click(screen.getByTestId('robot-yes'));
    await user.clear(screen.getByTestId('robot-most'));
    await user.type(screen.getByTestId('robot-most'), '21');
    expect(screen.getByTestId('robot-save')).toBeDisabled();
    await user.clear(screen.getByTestId('robot-most'));
    await user.type(screen.getByTestId('robot-most'), '3');
    await user.click(screen.getByTestId('robot-save'));
    await waitFor(() => expect(asked(backend, 'jobs.set_settings')).toEqual([{ mode: 'automatic', most_a_day: 3, least_fit: 75 }]));
    await waitFor(() => expect(screen.getByTestId('robot')).toHaveTextContent('applied for by themselves, at most 3'));
  });

  it('goes from row to row by key', async () => {
    const { user } = bench(Jobs, {}, 'busy');
    const [first] = await screen.findAllByTestId('job');
    within(first!).getByRole('link').focus();
    await user.keyboard('jj{ArrowUp}');
    expect(document.activeElement).toHaveTextContent('Three banners for a shop');
  });

  it('says what to do without an account, while there are none, and what failed', async () => {
    const empty = bench(Jobs, {}, 'empty');
    expect(await screen.findByTestId('jobs-connect')).toHaveAttribute('href', '#/connection');
    expect(asked(empty.backend, 'jobs.search')).toEqual([]);
    empty.unmount();
    const failed = bench(Jobs, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
    failed.unmount();
    const none = on(new Otherwise('jobs.search', () => Promise.resolve({ jobs: [], total: 0, next_offset: null, sent_today: 5, own_limit: 5, market_limit: 20 })), Jobs, {});
    expect(await screen.findByText('No open jobs just now')).toBeVisible();
    expect(screen.getByTestId('allowance')).toHaveTextContent('Your own limit is reached');
    none.unmount();
    on(new Otherwise('molt.get', async (asBefore) => ({ ...((await asBefore()) as object), status: 'unclaimed' })), Jobs, {});
    expect(await screen.findByTestId('jobs-unclaimed')).toBeVisible();
  });
});

describe('a job', () => {
  it('shows what the poster said and why it fits', async () => {
    bench(Job, { id: 'j1' }, 'busy');
    expect(await screen.findByTestId('job-facts')).toHaveTextContent('The upper third is calm');
    expect(screen.getByTestId('fit-card')).toHaveTextContent('+25');
    expect(screen.getByTestId('poster')).toHaveTextContent('4.6 of 5 from 12 reviews');
    expect(within(screen.getByTestId('poster')).getByText('Write to them')).toHaveAttribute('href', '#/messages/new/p1');
  });

  it('is applied for only after a clear yes to exactly what is sent', async () => {
    const { backend, user } = bench(Job, { id: 'j2' }, 'busy');
    await user.click(await screen.findByTestId('job-write'));
    expect(await screen.findByTestId('letter-made')).toHaveTextContent('look twice at this job');
    await user.type(screen.getByTestId('job-rate'), 'a lot');
    expect(screen.getByTestId('job-apply')).toBeDisabled();
    await user.clear(screen.getByTestId('job-rate'));
    await user.type(screen.getByTestId('job-rate'), '55');
    await user.click(screen.getByTestId('job-apply'));
    expect(await screen.findByTestId('send-letter')).toHaveTextContent('I would like to take on');
    expect(screen.getByTestId('send-dialog')).toHaveTextContent('Your price: 55');
    expect(screen.getByTestId('send-yes')).toBeDisabled();
    await user.click(screen.getByTestId('job-yes'));
    await user.click(screen.getByTestId('send-yes'));
    await waitFor(() => expect(asked(backend, 'jobs.apply')).toMatchObject([{ job_id: 'j2', rate: '55', yes: true, draft: false }]));
    expect(await screen.findByTestId('stands')).toHaveTextContent('The poster has not decided yet');
    expect(screen.getByTestId('to-application')).toHaveAttribute('href', '#/jobs/mine/mine-j2');
  });

  it('keeps a draft and throws it away', async () => {
    const { backend, user } = bench(Job, { id: 'j1' }, 'busy');
    await user.type(await screen.findByTestId('job-letter'), 'Hello');
    await user.click(screen.getByTestId('job-keep'));
    await waitFor(() => expect(asked(backend, 'jobs.apply')).toMatchObject([{ letter: 'Hello', draft: true }]));
    await user.click(await screen.findByTestId('letter-discard'));
    await waitFor(() => expect(screen.getByTestId('job-letter')).toHaveValue(''));
  });

  it('offers three ways on with a letter that was held', async () => {
    const { backend, user } = bench(Job, { id: 'm1' }, 'busy');
    expect(await screen.findByTestId('held')).toHaveTextContent('it contains a link');
    await user.click(screen.getByTestId('held-change'));
    expect(screen.getByTestId('job-letter')).toHaveFocus();
    await user.click(screen.getByTestId('held-send'));
    expect(await screen.findByTestId('send-letter')).toHaveTextContent('See https://example.example');
    await user.click(screen.getByTestId('send-yes'));
    await waitFor(() => expect(asked(backend, 'jobs.send_held')).toEqual([{ id: 'a2', yes: false }]));
  });

  it('never offers to send a key', async () => {
    on(
      new Otherwise('jobs.get', async (asBefore) => {
        const job = (await asBefore()) as Response<'jobs.get'>;
        return { ...job, application: { ...job.application, reason: 'key' } };
      }),
      Job,
      { id: 'm1' },
    );
    expect(await screen.findByTestId('held')).toHaveTextContent('this is never sent');
    expect(screen.queryByTestId('held-send')).toBeNull();
  });

  it('says when it is gone', async () => {
    bench(Job, { id: 'nowhere' }, 'busy');
    expect(await screen.findByText('This job is not there any more')).toBeVisible();
  });
});

describe('my applications', () => {
  it('list what stands how, and what became an order', async () => {
    const { user } = bench(Jobs, { tab: 'mine' }, 'busy');
    expect(await screen.findAllByTestId('application')).toHaveLength(6);
    await user.click(screen.getByTestId('applications-which-running'));
    const [first, second, ...rest] = screen.getAllByTestId('application');
    expect(rest).toEqual([]);
    const both = `${first?.textContent ?? ''} ${second?.textContent ?? ''}`;
    expect(both).toContain('It is yours');
    // Nobody but the seller can see whether the money came.
    expect(both).toContain('Look whether you were paid');
    await user.click(screen.getByTestId('applications-which-waiting'));
    for (const each of screen.getAllByTestId('application')) expect(each).not.toHaveTextContent('Look whether you were paid');
  });

  it('are worked through: ticks, payment, review', async () => {
    const { backend, user } = bench(Application, { id: 'a1' }, 'busy');
    expect(await screen.findByTestId('to-order')).toHaveAttribute('href', '#/orders/o-paid-moon');
    await user.click(screen.getAllByTestId('tick')[1]!);
    await waitFor(() => expect(asked(backend, 'jobs.tick')).toEqual([{ id: 'a1', criterion: 1, ticked: true }]));
    expect(await screen.findByText('2 of 3 ticked')).toBeVisible();
    expect(screen.getByTestId('job-history')).toHaveTextContent('Ticked: A cup of coffee is in it');
    await user.click(screen.getByTestId('payment-received'));
    await user.type(screen.getByTestId('payment-note'), 'arrived on Monday');
    await user.click(screen.getByTestId('payment-save'));
    await waitFor(() => expect(asked(backend, 'jobs.payment')).toEqual([{ id: 'a1', payment: 'received', amount: '60', note: 'arrived on Monday' }]));
    await user.click(await screen.findByTestId('rate-4'));
    await user.type(screen.getByTestId('review-text'), 'Kind and quick.');
    await user.click(screen.getByTestId('review-leave'));
    expect(asked(backend, 'jobs.review')).toEqual([]);
    await user.click(await screen.findByTestId('review-yes'));
    await waitFor(() => expect(asked(backend, 'jobs.review')).toEqual([{ id: 'a1', rating: 4, text: 'Kind and quick.' }]));
    expect(await screen.findByText('You gave 4 stars.')).toBeVisible();
  });

  it('say that a cancelled job is to be stopped, and that one is gone', async () => {
    const { unmount } = bench(Application, { id: 'a6' }, 'busy');
    expect(await screen.findByTestId('application-stands')).toHaveTextContent('Stop working on it');
    unmount();
    bench(Application, { id: 'nobody' }, 'busy');
    expect(await screen.findByText('This application is not there any more')).toBeVisible();
  });
});

describe('hiring', () => {
  it('posts what was seen once more, with the limits counted', async () => {
    const { backend, user } = bench(Posted, { id: null }, 'busy');
    await user.type(await screen.findByTestId('post-title'), 'Fox');
    expect(screen.getByTestId('post-form')).toHaveTextContent('2 more are needed');
    expect(screen.getByTestId('post-send')).toBeDisabled();
    await user.type(screen.getByTestId('post-title'), ' under an oak');
    await user.type(screen.getByTestId('post-about'), 'A fox under an oak in autumn.');
    await user.click(screen.getByTestId('criterion-add'));
    await user.keyboard('Square{Enter}No words');
    await user.type(screen.getByTestId('post-skills'), 'ink,wash{Enter}');
    await user.type(screen.getByTestId('post-least'), '30');
    await user.type(screen.getByTestId('post-most'), '20');
    expect(screen.getByTestId('post-send')).toBeDisabled();
    await user.clear(screen.getByTestId('post-most'));
    await user.click(screen.getByTestId('post-send'));
    const dialog = await screen.findByTestId('post-dialog');
    expect(dialog).toHaveTextContent('A fox under an oak in autumn.');
    expect(asked(backend, 'hiring.post')).toEqual([]);
    await user.click(screen.getByTestId('post-yes'));
    await waitFor(() =>
      expect(asked(backend, 'hiring.post')).toMatchObject([{ id: null, draft: false, form: { title: 'Fox under an oak', success_criteria: ['Square', 'No words'], skills: ['ink', 'wash'], budget_min: '30', budget_max: '' } }]),
    );
  });

  it('keeps a draft and shows at the field what the engine found', async () => {
    const { backend, user } = bench(Posted, { id: null }, 'busy');
    await user.type(await screen.findByTestId('post-title'), 'Fox under an oak');
    await user.click(screen.getByTestId('post-keep'));
    await waitFor(() => expect(asked(backend, 'hiring.post')).toMatchObject([{ draft: true }]));
    await user.type(screen.getByTestId('post-title'), '!!');
    await user.type(screen.getByTestId('post-about'), 'A fox under an oak in autumn.');
    await user.click(screen.getByTestId('post-send'));
    await user.click(await screen.findByTestId('post-yes'));
    expect(await screen.findAllByText('The marketplace does not allow this in title: from 5 to 200, and it is 3.')).not.toEqual([]);
  });

  it('chooses somebody only with the promise of payment, and declines with a polite word', async () => {
    const { backend, user } = bench(Posted, { id: 'h1' }, 'busy');
    await user.click((await screen.findAllByTestId('reject'))[1]!);
    expect(await screen.findByTestId('decide-word')).toHaveValue('Hello Bolt, thank you for applying. I have decided otherwise this time and wish you all the best.');
    await user.click(screen.getByTestId('decide-yes'));
    await waitFor(() => expect(asked(backend, 'hiring.decide')).toMatchObject([{ application_id: 'ap2', accept: false, yes: false }]));
    await waitFor(() => expect(screen.getAllByTestId('accept')).toHaveLength(2));
    await user.click(screen.getAllByTestId('accept')[0]!);
    expect(await screen.findByTestId('decide-yes')).toBeDisabled();
    expect(screen.getByTestId('deciding')).toHaveTextContent('0x52908400098527886E0F7030069857D2E4169EE7');
    await user.click(screen.getByTestId('accept-yes'));
    await user.click(screen.getByTestId('decide-yes'));
    await waitFor(() => expect(asked(backend, 'hiring.decide')[1]).toMatchObject({ id: 'h1', application_id: 'ap1', accept: true, yes: true }));
    expect(await screen.findByTestId('work')).toHaveTextContent('What Ana delivers');
  });

  it('looks at the work, notes a payment by hand, ends the job', async () => {
    const { backend, user } = bench(Posted, { id: 'h2' }, 'busy');
    await user.click(await screen.findByTestId('opinion'));
    expect(await screen.findByText('Seems met')).toBeVisible();
    expect(screen.getByTestId('opinion-note')).toHaveTextContent('you decide');
    await user.click(screen.getByTestId('paid-other'));
    await user.type(screen.getByTestId('paid-address'), '0x123');
    await user.click(screen.getByTestId('mark-paid'));
    await user.click(await screen.findByTestId('paid-yes'));
    expect(await screen.findAllByText('This is not a whole address of that kind: 0x123')).not.toEqual([]);
    await user.clear(screen.getByTestId('paid-address'));
    await user.type(screen.getByTestId('paid-address'), '0x52908400098527886E0F7030069857D2E4169EE7');
    await user.click(screen.getByTestId('mark-paid'));
    await user.click(await screen.findByTestId('paid-yes'));
    await waitFor(() => expect(asked(backend, 'hiring.paid').at(-1)).toMatchObject({ id: 'h2', kind: 'eth', address: '0x52908400098527886E0F7030069857D2E4169EE7', amount: '15' }));
    expect(await screen.findByText(/Paid 15, noted/)).toBeVisible();
    await user.click(screen.getByTestId('finish'));
    await user.click(await screen.findByTestId('ending-yes'));
    await waitFor(() => expect(asked(backend, 'hiring.finish')).toEqual([{ id: 'h2', completed: true, amount: '15' }]));
    await user.click(await screen.findByTestId('rate-5'));
    await user.click(screen.getByTestId('review-leave'));
    await user.click(await screen.findByTestId('review-yes'));
    await waitFor(() => expect(asked(backend, 'hiring.review')).toEqual([{ id: 'h2', rating: 5, text: '' }]));
  });

  it('changes and cancels an open job after a clear yes', async () => {
    const { backend, user } = bench(Posted, { id: 'h1' }, 'busy');
    await user.click(await screen.findByTestId('posted-edit'));
    await user.clear(screen.getByTestId('post-most'));
    expect(screen.getByTestId('post-form')).toHaveTextContent('what you emptied stays there');
    await user.type(screen.getByTestId('post-most'), '25');
    await user.click(screen.getByTestId('post-send'));
    await user.click(await screen.findByTestId('post-yes'));
    await waitFor(() => expect(asked(backend, 'hiring.edit')).toMatchObject([{ id: 'h1', form: { budget_max: '25' } }]));
    await user.click(await screen.findByTestId('cancel-job'));
    await user.click(await screen.findByTestId('ending-yes'));
    await waitFor(() => expect(asked(backend, 'hiring.finish')).toEqual([{ id: 'h1', completed: false, amount: null }]));
    await waitFor(() => expect(screen.queryByTestId('cancel-job')).toBeNull());
  });

  it('lists what is posted and why one was not taken', async () => {
    const { unmount } = bench(Jobs, { tab: 'hiring' }, 'busy');
    const rows = await screen.findAllByTestId('posted');
    expect(rows[0]).toHaveTextContent('2 applied. Choose one of them.');
    expect(rows).toHaveLength(4);
    unmount();
    bench(Posted, { id: 'h4' }, 'busy');
    expect(await screen.findByTestId('posted-problem')).toHaveTextContent('content rules');
  });
});

describe('words of jobs', () => {
  it('name why something cannot be done now, and when it can', () => {
    const words = (code: string, detail: Record<string, string>) => failureWords(new DeskFailure({ code, message: '', detail }));
    expect(words('not_now', { reason: 'somebody_hired' })).toBe('Somebody has the job already.');
    expect(words('not_now', {})).toBe('That cannot be done at this point of the order.');
    expect(words('invalid', { field: 'success_criteria[2]' })).toContain('conditions 3');
    expect(words('outgoing_blocked', { leak: 'email' })).toContain('it holds an e-mail address');
    expect(words('market_budget', { next_at: '2030-01-02T03:04:05Z' })).toContain('2030');
  });

  it('tell a moment by the clocks of a time zone', () => {
    expect(momentAt('2027-03-01T18:00', 'Asia/Shanghai')).toBe('2027-03-01T10:00:00.000Z');
    expect(clockAt('2027-03-01T10:00:00Z', 'Asia/Shanghai')).toBe('2027-03-01T18:00');
    expect(momentAt('tomorrow', 'Asia/Shanghai')).toBeUndefined();
    expect(momentAt('2027-03-01T18:00', 'Mars/Base')).toBeUndefined();
  });
});
