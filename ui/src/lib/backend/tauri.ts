// The desktop window: one command, one event, and a picture address of our own.
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { toDeskFailure, type Backend } from './backend';
import type { DeskEvent, FileView } from './generated/contract';

export function tauriBackend(): Backend {
  // `stall-picture://localhost/`, or `http://stall-picture.localhost/` where the web view knows only http.
  const pictures = convertFileSrc('', 'stall-picture');

  return {
    platform: 'desktop',

    call: (command, request) => asked('desk', { command, request }),

    events(listener) {
      const listening = listen<DeskEvent>('desk', (event) => {
        listener(event.payload);
      });
      return () => {
        void listening.then((stop) => {
          stop();
        });
      };
    },

    pictureUrl: (sha256, size) => `${pictures}${size}/${sha256}`,

    async sendFile(orderId, file) {
      // Headers carry ASCII only.
      const headers = { 'order-id': encodeURIComponent(orderId), 'file-name': encodeURIComponent(file.name), 'media-type': encodeURIComponent(file.type) };
      try {
        return await invoke<FileView>('send_file', new Uint8Array(await file.arrayBuffer()), { headers });
      } catch (thrown) {
        throw toDeskFailure(thrown);
      }
    },

    savePicture: (sha256, suggestedName) => asked<boolean>('save_picture', { sha256, suggestedName }),

    start: {
      get: () => asked<boolean>('starts_with_computer', {}),
      set: (on) => asked<boolean>('set_starts_with_computer', { on }),
    },

    saveEvidence: (orderId, suggestedName) => asked<boolean>('save_evidence', { orderId, suggestedName }),

    saveMoney: (span, suggestedName) => asked<number | null>('save_money', { span, suggestedName }),
  };
}

async function asked<T>(command: string, request: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, request);
  } catch (thrown) {
    throw toDeskFailure(thrown);
  }
}
