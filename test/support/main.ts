import { fileURLToPath } from 'node:url';

/** The built command line: `npm run build` makes it. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
