// `node bundle.mjs FOLDER`: a process of its own, as Vite's resolver does not work beside tsx's module hooks.
import { build } from 'vite';

await build({
  root: import.meta.dirname,
  base: './',
  logLevel: 'error',
  worker: { format: 'es' },
  build: { outDir: process.argv[2], emptyOutDir: true, target: 'esnext', minify: false },
});
