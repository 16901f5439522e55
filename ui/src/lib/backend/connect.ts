// Chooses the carrier once, at start.
import type { Backend } from './backend';

export async function connect(): Promise<Backend> {
  if (import.meta.env.MODE === 'sample') {
    const { sampleBackend, scenarioFrom } = await import('./sample/sample');
    return sampleBackend(scenarioFrom(location.search));
  }
  if ('__TAURI_INTERNALS__' in window) {
    const { tauriBackend } = await import('./tauri');
    return tauriBackend();
  }
  const { httpBackend, takeToken } = await import('./http');
  return httpBackend(takeToken(location, history, sessionStorage));
}
