/** `npm run bench -- NAME` runs `bench/NAME.ts`; what follows the name is for it. */
const BENCHES = ['volume', 'inference', 'ingest', 'send', 'dicomweb'];
const name = process.argv[2] ?? '';
if (!BENCHES.includes(name)) throw new Error(`npm run bench -- ${BENCHES.join(' | ')}`);
await import(`./${name}.js`);
