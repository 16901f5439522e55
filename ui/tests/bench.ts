// Puts a screen on the bench with the sample stall behind it.
import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import type { Component } from 'svelte';
import { SampleBackend, scenario, type Scenario, type ScenarioName } from '$lib/backend/sample/sample';
import type { Command, Request } from '$lib/backend/backend';
import { language } from '$lib/language.svelte';
import Bench from './Bench.svelte';

export function bench<Props extends Record<string, unknown>>(screen: Component<Props>, props: Props, name: ScenarioName, change: Partial<Scenario> = {}) {
  const backend = new SampleBackend(scenario(name, change));
  return on(backend, screen, props);
}

/** The same with a stall that was prepared first. */
export function on<Props extends Record<string, unknown>>(backend: SampleBackend, screen: Component<Props>, props: Props) {
  language.choose('en');
  location.hash = '';
  const shown = render(Bench, { props: { backend, screen: screen as Component<Record<string, unknown>>, props } });
  return { backend, user: userEvent.setup(), ...shown };
}

/** What a command was asked with, each time. */
export function asked<C extends Command>(backend: SampleBackend, command: C): Request<C>[] {
  return backend.calls.filter((call) => call.command === command).map((call) => call.request as Request<C>);
}
