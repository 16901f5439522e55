import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['baseLocale'],
      emitTsDeclarations: true,
    }),
    svelte(),
    svelteTesting(),
  ],
  resolve: { alias: { $lib: '/src/lib' } },
  // The oldest web views the window may meet: WebKitGTK 2.42, WebView2, Safari 17.
  build: { target: ['safari17', 'chrome120'], sourcemap: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 1000 },
  server: { port: 5173, strictPort: false },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    setupFiles: ['./tests/setup.ts'],
    css: false,
    // For what never comes, on a machine that does other things too.
    testTimeout: 30_000,
    // Its package says it is a module and names a script as its main file; only the bundler finds the module.
    server: { deps: { inline: ['@panzoom/panzoom'] } },
  },
});
