/** `npx tsx docs/page-picture.ts`: the page of a phantom (no patient) into `docs/images/page.png`, for the README. */
import { writeFileSync } from 'node:fs';

import { pageAsPng } from '../src/results/page/render.js';
import { phantomInput } from '../test/support/phantom-input.js';

const { input } = phantomInput(
  'topcon-maestro2',
  { seed: 7, laterality: 'L', pathologies: ['cnv', 'macular-oedema'] },
  { frames: 64, rows: 442, columns: 512 },
);
writeFileSync(new URL('images/page.png', import.meta.url), pageAsPng(input));
