import { defineConfig } from 'vite';

/** The page is built beside the program and served by it (`page-files.ts`); nothing is loaded from elsewhere. */
// eslint-disable-next-line no-restricted-syntax -- Vite reads the default export
export default defineConfig({
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: '../../../dist/console-page', emptyOutDir: true, assetsInlineLimit: 0 },
});
