import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import Job from '../../src/screens/jobs/Job.svelte';
import Jobs from '../../src/screens/jobs/Jobs.svelte';
import Hiring from '../../src/screens/jobs/Hiring.svelte';
import Applications from '../../src/screens/jobs/Applications.svelte';
import { asked, bench } from '../bench';

describe('jobs', () => {
  it('says how each job fits, whether it can be delivered, and what is odd', async () => {
    bench(Jobs, {}, 'busy');
    const [good, odd] = await screen.findAllByTestId('job');
    expect(good).toHaveTextContent('Fits 82 of 100');
    expect(good).toHaveTextContent('The pictures can be delivered.');
    expect(odd).toHaveTextContent('no public address yet');
    expect(odd).toHaveTextContent('wants money from you first');
  });

  it('says what to do while there are none, and what failed', async () => {
    const { unmount } = bench(Jobs, {}, 'empty');
    expect(await screen.findByText('No jobs found')).toBeVisible();
    unmount();
    bench(Jobs, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });

  it('applies only after a clear yes where one is needed', async () => {
    const { backend, user } = bench(Job, { id: 'j2' }, 'busy');
    await user.click(await screen.findByTestId('job-write'));
    await waitFor(() => expect(screen.getByTestId('job-letter')).not.toHaveValue(''));
    expect(screen.getByTestId('job-apply')).toBeDisabled();
    await user.click(screen.getByTestId('job-yes'));
    await user.click(screen.getByTestId('job-apply'));
    await waitFor(() => expect(asked(backend, 'jobs.apply')).toMatchObject([{ job_id: 'j2', yes: true, draft: false }]));
  });

  it('notes a payment', async () => {
    const { backend, user } = bench(Applications, {}, 'busy');
    await user.selectOptions(await screen.findByTestId('payment'), 'received');
    await waitFor(() => expect(asked(backend, 'jobs.payment')).toMatchObject([{ id: 'a1', payment: 'received' }]));
  });

  it('chooses somebody only with the promise of payment', async () => {
    const { backend, user } = bench(Hiring, {}, 'busy');
    const [accept] = await screen.findAllByTestId('accept');
    expect(accept).toBeDisabled();
    await user.click(screen.getByTestId('accept-yes'));
    await user.click(accept as HTMLElement);
    await waitFor(() => expect(asked(backend, 'hiring.decide')).toMatchObject([{ id: 'h1', application_id: 'ap1', accept: true, yes: true }]));
    await user.click(await screen.findByTestId('mark-paid'));
    expect(await screen.findByText(/Paid 15 to eth 0x5290/)).toBeVisible();
  });
});
