import { defineConfig } from 'vitest/config';

// A walk opens the program's own server on the practice marketplace and goes through it in a real browser.
export default defineConfig({
  cacheDir: '../node_modules/.vite-walks',
  test: {
    root: import.meta.dirname,
    include: ['**/*.walk.ts'],
    environment: 'node',
    // Each has a server and a browser of its own, on the same few cores.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 300_000,
    resolveSnapshotPath: (file, extension) => file.replace(/([^/]+)\.walk\.ts$/, `snapshots/$1${extension}`),
  },
});
