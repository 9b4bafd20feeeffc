import { expect } from 'chai';
import { factsOf, section } from '../../src/model-cards.js';

const CARD = `# Networks

Words.

## Intended use
Development and tests. **Not
intended**: any patient.

## Known limits
- One member: no \`ensemble\`.

- Drusen are often taken
  for neovascularisation.

## Licence
None.
`;

describe('console: what a model card says', () => {
  it('a section by its heading, its lines joined', () => {
    expect(section(CARD, /intended use/i)).to.equal(
      'Development and tests. Not intended: any patient.',
    );
    expect(section(CARD, /limit/i).split('\n')).to.deep.equal([
      '- One member: no ensemble.',
      '- Drusen are often taken for neovascularisation.',
    ]);
    expect(section(CARD, /ethics/i)).to.equal('');
    expect(section('', /limit/i)).to.equal('');
  });

  it('anything that a manifest holds, as figures with the way to them', () => {
    const measured = { set: '24 phantoms', dice: { retina: 0.9, erm: null }, rows: [[1, 2], [3]] };
    expect(factsOf(measured)).to.deep.equal([
      { name: 'set', value: '24 phantoms' },
      { name: 'dice › retina', value: '0.9' },
      { name: 'dice › erm', value: '–' },
      { name: 'rows › 0', value: '1, 2' },
      { name: 'rows › 1', value: '3' },
    ]);
    expect(factsOf({ trained: true, on: [] })).to.deep.equal([
      { name: 'trained', value: 'true' },
      { name: 'on', value: '' },
    ]);
  });
});
