import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import * as data from '$lib/backend/sample/data';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import ErrorPanel from '$lib/components/ErrorPanel.svelte';
import Connection from '../../src/screens/connection/Connection.svelte';
import Settings from '../../src/screens/settings/Settings.svelte';
import { asked, bench, on } from '../bench';

describe('the data', () => {
  it('is backed up when the seller says so, and lists what there is', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    const [newest] = await screen.findAllByTestId('backup');
    expect(newest).toHaveTextContent('made by you, 1.2 MB');
    await user.click(screen.getByTestId('back-up'));
    await waitFor(() => expect(asked(backend, 'data.back_up')).toHaveLength(1));
  });

  it('is put back only after a yes', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    await user.click((await screen.findAllByTestId('restore'))[1] as HTMLElement);
    expect(await screen.findByTestId('restore-dialog')).toHaveTextContent('What it holds now is kept');
    expect(asked(backend, 'data.restore')).toEqual([]);
    await user.click(screen.getByTestId('restore-yes'));
    await waitFor(() => expect(asked(backend, 'data.restore')).toEqual([{ id: 'stall-20261121T200000Z-daily.db' }]));
  });

  it('gives a help file that can be looked at before it is sent', async () => {
    const { user } = bench(Settings, {}, 'busy');
    await user.click(await screen.findByTestId('make-help'));
    expect(await screen.findByTestId('help-path')).toHaveTextContent('stallkeeper-help-');
    expect(screen.getByTestId('help-text')).toHaveTextContent('Stallkeeper help file');
  });

  it('goes into one archive that says where it is and what it holds', async () => {
    const { backend, user } = bench(Settings, {}, 'busy');
    await user.click(await screen.findByTestId('export-make'));
    expect(await screen.findByTestId('export-path')).toHaveTextContent('stallkeeper-20261122T084500Z.zip');
    expect(screen.getByTestId('export')).toHaveTextContent('88.4 MB, 61 pictures');
    expect(asked(backend, 'data.export')).toHaveLength(1);
  });

  it('shows how far the archive is, lets it be stopped, and says why there is none', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    let state = 'running';
    backend.call = (async (command: 'data.get', request: never) => {
      const answer = await call(command, request);
      return command === 'data.get' ? { ...answer, export: { ...data.archive(), state, done: 1200 } } : answer;
    }) as typeof backend.call;
    const { user } = on(backend, Settings, {});
    expect(await screen.findByRole('progressbar', { name: 'The archive is being made' })).toHaveValue(1200);
    expect(screen.getByTestId('export')).toHaveTextContent('1,200 of 1,934');
    await user.click(screen.getByTestId('export-stop'));
    await waitFor(() => expect(asked(backend, 'data.stop_export')).toHaveLength(1));
    state = 'disk_full';
    backend.emit({ kind: 'export_changed' });
    expect(await screen.findByTestId('export-end')).toHaveTextContent('The disk is full, so no archive was made');
  });

  it('in a folder that is copied elsewhere is warned about', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'connection.get', request: Record<symbol, never>) => {
      const answer = await call(command, request);
      return command === 'connection.get' ? { ...answer, warnings: [{ code: 'synced_folder', what: 'Dropbox' }] } : answer;
    }) as typeof backend.call;
    on(backend, Connection, {});
    expect(await screen.findByTestId('data-warning')).toHaveTextContent('a folder that Dropbox copies');
  });

  it('that is damaged offers the newest good backup', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const failure = new DeskFailure({ code: 'damaged', message: '', detail: { backup: 'stall-1.db', made_at: data.at(-data.DAY) } });
    const { user } = on(backend, ErrorPanel as never, { failure, retry: () => undefined });
    await user.click(await screen.findByTestId('restore-damaged'));
    await waitFor(() => expect(asked(backend, 'data.restore')).toEqual([{ id: 'stall-1.db' }]));
  });
});
