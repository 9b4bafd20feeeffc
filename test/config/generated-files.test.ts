import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { GENERATED } from '../../docs/generated.js';

const root = new URL('../../', import.meta.url);

describe('files made from the settings manifest', () => {
  for (const [path, content] of Object.entries(GENERATED)) {
    it(`${path} is what \`npm run docs\` would write`, () => {
      expect(readFileSync(new URL(path, root), 'utf8')).to.equal(content());
    });
  }
});
