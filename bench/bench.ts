/** `npm run bench -- NAME` runs `bench/NAME.ts`. */
const BENCHES = ['volume', 'inference'];
const name = process.argv[2] ?? '';
if (!BENCHES.includes(name)) throw new Error(`npm run bench -- ${BENCHES.join(' | ')}`);
await import(`./${name}.js`);
