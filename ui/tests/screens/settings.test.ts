import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import type { SettingsForm } from '$lib/backend/generated/contract';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import Settings from '../../src/screens/settings/Settings.svelte';
import { asked, bench, on } from '../bench';

describe('the settings', () => {
  it('keep each change at once, with all that was changed before', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    await user.click(await screen.findByTestId('settings-automation-by_hand'));
    await user.click(screen.getByTestId('notice-paid'));
    await waitFor(() => expect(asked(backend, 'settings.save')).toHaveLength(2));
    expect(asked(backend, 'settings.save')[1]).toMatchObject({ automation: 'by_hand', notices: { paid: false, needs_you: true } });
    expect(await screen.findByText('Saved.')).toBeVisible();
  });

  it('do not keep an amount that is no number, and say why', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    const cap = await screen.findByTestId('cap_per_day_usd');
    await user.clear(cap);
    await user.type(cap, 'five{Tab}');
    expect(cap).toHaveAccessibleDescription(/Write a number/);
    expect(asked(backend, 'settings.save')).toEqual([]);
    await user.clear(cap);
    await user.type(cap, '2,5{Tab}');
    await waitFor(() => expect(asked(backend, 'settings.save').at(-1)?.cap_per_day_usd).toBe('2.5'));
    await waitFor(() => expect(cap).not.toHaveAttribute('aria-invalid'));
  });

  it('show at the field what the engine would not take', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = ((command: 'settings.save', request: never) =>
      command === 'settings.save' ? Promise.reject(new DeskFailure({ code: 'invalid', message: '', detail: { field: 'stall_name' } })) : call(command, request)) as typeof backend.call;
    const { user } = on(backend, Settings, {});
    const name = await screen.findByTestId('stall-name');
    await user.clear(name);
    await user.tab();
    await waitFor(() => expect(name).toHaveAttribute('aria-invalid', 'true'));
  });

  it('say whether the computer starts the stall, and change it', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    const start = await screen.findByRole('switch', { name: 'Start with the computer' });
    await waitFor(() => expect(start).toBeChecked());
    await user.click(start);
    await waitFor(() => expect(start).not.toBeChecked());
    expect(backend.startsWithComputer).toBe(false);
    // Switched on in the settings of the system meanwhile.
    backend.startsWithComputer = true;
    await fireEvent.focus(window);
    await waitFor(() => expect(start).toBeChecked());
  });

  it('say so when the system does not take it', async () => {
    const backend = new SampleBackend(scenario('busy'));
    Object.defineProperty(backend, 'start', { value: { get: () => Promise.resolve(false), set: () => Promise.reject(new DeskFailure({ code: 'start_not_set', message: '', detail: {} })) } });
    const { user } = on(backend, Settings, {});
    const start = await screen.findByTestId('settings-start');
    await waitFor(() => expect(start).toBeEnabled());
    await user.click(start);
    await waitFor(() => expect(start).toBeEnabled());
    expect(start).not.toBeChecked();
  });

  it('do not speak of the computer in a browser', async () => {
    const backend = new SampleBackend(scenario('busy'));
    backend.startsWithComputer = null;
    on(backend, Settings, {});
    await screen.findByTestId('stall-name');
    expect(screen.queryByTestId('settings-start')).toBeNull();
  });

  it('order models as they are tried and take any name', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    const chain = within(await screen.findByTestId('picture-models'));
    await user.click(await chain.findByRole('button', { name: 'Move GPT Image 1 mini up' }));
    await waitFor(() => expect(asked(backend, 'settings.save').at(-1)?.picture_models).toEqual(['openai/gpt-image-1-mini', 'google/gemini-2.5-flash-image']));
    await user.type(chain.getByTestId('picture-models-name'), 'someone/their-model{Enter}');
    await waitFor(() => expect(asked(backend, 'settings.save').at(-1)?.picture_models.at(-1)).toBe('someone/their-model'));
  });

  it('keep what is told, and quiet hours', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    await user.click(await screen.findByTestId('notice-only'));
    expect(screen.queryByTestId('notice-paid')).toBeNull();
    await user.click(screen.getByTestId('notice-quiet'));
    await fireEvent.change(screen.getByTestId('quiet-until'), { target: { value: '07:30' } });
    await waitFor(() => expect(asked(backend, 'settings.save').at(-1)?.notices).toMatchObject({ only_needs_you: true, quiet: true, quiet_from: '22:00', quiet_until: '07:30' }));
  });

  it('keep opening hours and a time away', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    await user.click(await screen.findByTestId('hours-kept'));
    await user.click(await screen.findByRole('button', { name: 'Sunday' }));
    const until = screen.getByTestId('hours-until');
    await fireEvent.change(until, { target: { value: '02:00' } });
    await waitFor(() => expect(asked(backend, 'settings.save').at(-1)?.hours).toEqual({ kept: true, days: [true, true, true, true, true, true, false], from: '09:00', until: '02:00', back_on: '' }));
    expect(until).toHaveAccessibleDescription(/next day/);
    const back = screen.getByTestId('hours-back-on');
    await fireEvent.change(back, { target: { value: '2099-01-05' } });
    await waitFor(() => expect(back).toHaveAccessibleDescription(/Jan 5, 2099/));
    await user.click(screen.getByTestId('hours-back-now'));
    await waitFor(() => expect(asked(backend, 'settings.save').at(-1)?.hours.back_on).toBe(''));
  });

  it('say that a stall that opens on no day never opens, until a day is chosen', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = ((command: 'settings.save', request: never) =>
      command === 'settings.save' && !(request as SettingsForm).hours.days.includes(true)
        ? Promise.reject(new DeskFailure({ code: 'invalid', message: '', detail: { field: 'hours.days' } }))
        : call(command, request)) as typeof backend.call;
    const { user } = on(backend, Settings, {});
    await user.click(await screen.findByTestId('hours-kept'));
    for (let day = 0; day < 7; day += 1) await user.click(screen.getByTestId(`hours-day-${String(day)}`));
    expect(await screen.findByText(/never opens/)).toBeVisible();
    await user.click(screen.getByTestId('hours-day-2'));
    await waitFor(() => expect(screen.queryByText(/never opens/)).toBeNull());
  });

  it('keep a key only when it works, and never show it', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    const account = within(await screen.findByTestId('account-openrouter'));
    await user.click(account.getByTestId('account-replace'));
    const key = await screen.findByTestId('key-input');
    expect(key).toHaveAttribute('type', 'password');
    await user.type(key, 'wrong');
    await user.click(screen.getByTestId('key-keep'));
    await waitFor(() => expect(key).toHaveAccessibleDescription(/This key is not accepted/));
    await user.clear(key);
    await user.type(key, 'good');
    await user.click(screen.getByTestId('key-keep'));
    await waitFor(() => expect(screen.queryByTestId('key-dialog')).toBeNull());
    expect(asked(backend, 'welcome.connect_model')).toEqual([
      { key: 'wrong', base_url: null },
      { key: 'good', base_url: null },
    ]);
    expect(document.body).not.toHaveTextContent('good');
  });

  it('forget a key only after a yes', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    const account = within(await screen.findByTestId('account-agent_market'));
    await user.click(account.getByTestId('account-forget'));
    await screen.findByTestId('forget-dialog');
    expect(asked(backend, 'settings.forget_account')).toEqual([]);
    await user.click(screen.getByTestId('account-forget-yes'));
    await waitFor(() => expect(asked(backend, 'settings.forget_account')).toEqual([{ id: 'agent_market' }]));
  });

  it('keep the words for buyers per language', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    const text = await screen.findByTestId('template-delivered-zh-CN');
    await user.clear(text);
    await user.type(text, '画好了');
    await user.tab();
    await waitFor(() => {
      const saved = asked(backend, 'settings.save').at(-1)?.templates ?? [];
      expect(saved.find(({ key, language }) => key === 'delivered' && language === 'zh-CN')?.text).toBe('画好了');
      expect(saved).toHaveLength(20);
    });
  });

  it('mark a text that marketplaces may object to before it is opened', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'settings.get', request: Record<symbol, never>) => {
      const answer = await call(command, request);
      return command === 'settings.get' ? { ...answer, template_warnings: [{ key: 'guide', language: 'zh-CN', found: 'link' }] } : answer;
    }) as typeof backend.call;
    on(backend, Settings, {});
    expect(await screen.findAllByText('Marketplaces may object to this text')).toHaveLength(1);
  });

  it('say which are set outside and leave those alone', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'settings.get', request: Record<symbol, never>) => {
      const answer = await call(command, request);
      return command === 'settings.get' ? { ...answer, fixed_by_environment: ['IMAGE_MODEL', 'OPENROUTER_API_KEY'] } : answer;
    }) as typeof backend.call;
    on(backend, Settings, {});
    const chain = await screen.findByTestId('picture-models');
    expect(chain).toHaveTextContent('Set by IMAGE_MODEL outside the app');
    expect(within(chain).queryByTestId('picture-models-name')).toBeNull();
    expect(within(screen.getByTestId('account-openrouter')).queryByTestId('account-forget')).toBeNull();
  });

  it('in practice, change the speed and leave after a yes', async () => {
    const { backend, user } = bench(Settings, {}, 'practice');
    await user.click(await screen.findByTestId('practice-speed-60'));
    await waitFor(() => expect(asked(backend, 'practice.speed')).toEqual([{ speed: 60 }]));
    expect(screen.queryByTestId('account-replace')).toBeNull();
    await user.click(screen.getByTestId('leave-practice'));
    expect(asked(backend, 'welcome.leave_practice')).toEqual([]);
    await user.click(await screen.findByTestId('leave-practice-yes'));
    await waitFor(() => expect(asked(backend, 'welcome.leave_practice')).toHaveLength(1));
  });

  it('say what failed', async () => {
    bench(Settings, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });
});
