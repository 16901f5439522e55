// The whole window over the sample stall, for tests that read like somebody using it.
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import App from '../src/App.svelte';
import { SampleBackend, scenario, type Scenario, type ScenarioName } from '../src/lib/backend/sample/sample';

export async function openStall(name: ScenarioName, hash = '#/today', change: Partial<Scenario> = {}) {
  location.hash = hash;
  const backend = new SampleBackend(scenario(name, change));
  render(App, { backend });
  await screen.findByRole('heading', { level: 1 });
  return { backend, user: userEvent.setup() };
}
