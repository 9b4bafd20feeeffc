/** `npm run docs`: writes the files that are made from tables; tests hold them equal to what this would write. */
import { writeFileSync } from 'node:fs';
import { GENERATED } from './generated.js';

const root = new URL('..', import.meta.url);

for (const [path, content] of Object.entries(GENERATED)) {
  writeFileSync(new URL(path, root), content());
}
