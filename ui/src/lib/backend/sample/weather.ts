// The weather of the sample stall's practice marketplace.
import type { PracticeWeather, SetPracticeWeather, WeatherAmount, WeatherSlider } from '../generated/contract';

type Row = [name: string, storm: number | null, amount?: [value: number, least: number, most: number, storm?: number]];

const ROWS: Record<string, Row[]> = {
  news: [
    ['push_lost', 0.3],
    ['push_repeated', 0.4, [3, 2, 20, 5]],
    ['push_late', 0.4, [2000, 0, 60_000]],
    ['push_overtaken', 0.3, [3000, 0, 60_000]],
    ['push_badly_signed', 0.1],
  ],
  calls: [
    ['call_too_many', 0.06, [2, 1, 60]],
    ['call_failed_before', 0.08],
    ['call_failed_after', 0.05],
    ['call_cut_before', 0.05],
    ['call_cut_after', 0.05],
    ['call_half_answer', 0.04],
    ['call_slow', 0.3, [1500, 0, 60_000]],
    ['market_clock', null, [0, -1800, 1800, 90]],
  ],
  pictures: [
    ['picture_refused', 0.05],
    ['picture_missing', 0.1],
    ['picture_broken', 0.1],
    ['picture_no_credit', 0.03],
    ['picture_slow', 0.3, [5000, 0, 60_000]],
  ],
};

const PART: Record<string, number> = { calm: 0, breezy: 0.25, storm: 1 };

function sliders(preset: string): WeatherSlider[] {
  const part = PART[preset] ?? 0;
  const amountOf = ([value, least, most, storm]: NonNullable<Row[2]>): WeatherAmount => ({ value: preset === 'storm' ? (storm ?? value) : value, least, most });
  return Object.entries(ROWS).flatMap(([group, rows]) =>
    rows.map(([name, storm, amount]) => ({ name, group, chance: storm === null ? null : storm * part, amount: amount === undefined ? null : amountOf(amount) })),
  );
}

export function calmWeather(): PracticeWeather {
  return { preset: 'calm', seed: '1', sliders: sliders('calm'), strikes: 0 };
}

/** The weather after a change: the preset first, then single sliders on top of it. */
export function changedWeather(from: PracticeWeather, change: SetPracticeWeather): PracticeWeather {
  const before = change.preset === null ? from.sliders : sliders(change.preset);
  const moved = before.map((slider) => {
    const to = change.sliders.find(({ name }) => name === slider.name);
    const amount = slider.amount === null ? null : { ...slider.amount, value: to?.amount ?? slider.amount.value };
    return { ...slider, chance: to?.chance ?? slider.chance, amount };
  });
  const preset = Object.keys(PART).find((name) => JSON.stringify(sliders(name)) === JSON.stringify(moved)) ?? null;
  return { ...from, preset, seed: change.seed ?? from.seed, sliders: moved, strikes: from.strikes + (preset === 'calm' ? 0 : 7) };
}
