import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { CAPABILITIES, type Capability } from '../../docs/capabilities.js';

const root = new URL('../../', import.meta.url);

describe('the table of capabilities', () => {
  for (const [id, { proofs, open }] of Object.entries<Capability>(CAPABILITIES)) {
    it(`${id}: every test that it names is there, and what has none says so`, () => {
      for (const [file, title] of proofs) {
        expect(readFileSync(new URL(file, root), 'utf8'), file).to.contain(title);
      }
      if (proofs.length === 0) expect(open).not.to.equal(undefined);
    });
  }

  it('has all nineteen', () => {
    expect(Object.keys(CAPABILITIES)).to.have.length(19);
  });
});
