import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import Weather from '../../src/screens/settings/Weather.svelte';
import { asked, bench, on } from '../bench';

const wish = (sliders: object[]) => ({ preset: null, seed: null, sliders });

describe('the weather', () => {
  it('shows every slider by its words, grouped, all calm at first', async () => {
    bench(Weather, {}, 'practice');
    const news = within(await screen.findByRole('group', { name: 'News' }));
    expect(news.getAllByRole('slider').map((slider) => slider.getAttribute('aria-valuetext'))).toEqual(['never', 'never', 'never', 'never', 'never']);
    expect(news.getByRole('slider', { name: 'News gets lost' })).toBeVisible();
    expect(screen.getByRole('group', { name: 'Pictures' })).toBeVisible();
    expect(screen.getByRole('slider', { name: 'The marketplace’s clock' })).toHaveAttribute('aria-valuetext', 'right');
    expect(screen.getByTestId('weather-calm')).toBeDisabled();
    expect(screen.getByText('It is calm: nothing goes wrong.')).toBeVisible();
  });

  it('becomes a storm with one switch and calm again with one button', async () => {
    const { backend, user } = bench(Weather, {}, 'practice');
    const storm = await screen.findByRole('switch', { name: 'Storm: everything at once' });
    await user.click(storm);
    await waitFor(() => expect(storm).toBeChecked());
    expect(screen.getByTestId('weather-push_lost')).toHaveAttribute('aria-valuetext', '30 in 100');
    expect(screen.getByTestId('weather-amount-market_clock')).toHaveAttribute('aria-valuetext', '90 s ahead');
    await user.click(screen.getByTestId('weather-calm'));
    await waitFor(() => expect(storm).not.toBeChecked());
    expect(asked(backend, 'practice.set_weather').map(({ preset }) => preset)).toEqual(['storm', 'calm']);
  });

  it('moves one slider alone, and asks how much once it can happen', async () => {
    const { backend } = bench(Weather, {}, 'practice');
    const slider = await screen.findByTestId('weather-push_repeated');
    expect(screen.queryByTestId('weather-amount-push_repeated')).toBeNull();
    await fireEvent.change(slider, { target: { value: '100' } });
    await waitFor(() => expect(slider).toHaveAttribute('aria-valuetext', 'always'));
    const amount = await screen.findByRole('slider', { name: 'How much: News comes again and again' });
    expect(amount).toHaveAttribute('aria-valuetext', 'up to 3 times');
    await fireEvent.change(amount, { target: { value: '20' } });
    await waitFor(() => expect(amount).toHaveAttribute('aria-valuetext', 'up to 20 times'));
    expect(asked(backend, 'practice.set_weather')).toEqual([
      wish([{ name: 'push_repeated', chance: 1, amount: null }]),
      wish([{ name: 'push_repeated', chance: null, amount: 20 }]),
    ]);
    expect(screen.getByTestId('weather-storm')).not.toBeChecked();
  });

  it('says what it stands at while the hand still moves, and asks only when it lets go', async () => {
    const { backend } = bench(Weather, {}, 'practice');
    const slider = await screen.findByTestId('weather-call_slow');
    await fireEvent.input(slider, { target: { value: '40' } });
    expect(slider).toHaveAttribute('aria-valuetext', '40 in 100');
    expect(asked(backend, 'practice.set_weather')).toEqual([]);
  });

  it('takes a whole number as its seed and nothing else', async () => {
    const { backend, user } = bench(Weather, {}, 'practice');
    const seed = await screen.findByTestId('weather-seed');
    await user.clear(seed);
    await user.type(seed, 'rain{Tab}');
    expect(seed).toHaveAccessibleDescription(/whole number/);
    expect(asked(backend, 'practice.set_weather')).toEqual([]);
    await user.clear(seed);
    await user.type(seed, '42{Tab}');
    await waitFor(() => expect(asked(backend, 'practice.set_weather')).toEqual([{ preset: null, seed: '42', sliders: [] }]));
  });

  it('stays as it was when the engine refuses, and says so', async () => {
    const backend = new SampleBackend(scenario('practice'));
    const call = backend.call.bind(backend);
    backend.call = ((command: 'practice.set_weather', request: never) =>
      command === 'practice.set_weather' ? Promise.reject(new DeskFailure({ code: 'not_now', message: '', detail: {} })) : call(command, request)) as typeof backend.call;
    on(backend, Weather, {});
    const slider = await screen.findByTestId('weather-push_lost');
    await fireEvent.change(slider, { target: { value: '50' } });
    await waitFor(() => expect(slider).toHaveAttribute('aria-valuetext', 'never'));
  });

  it('says what failed', async () => {
    bench(Weather, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });
});
