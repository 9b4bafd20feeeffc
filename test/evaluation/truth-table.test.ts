import { expect } from 'chai';
import { EvaluationError } from '../../src/evaluation/errors.js';
import { parseTruthTable } from '../../src/evaluation/truth-table.js';

const refusal = (text: string): string => {
  try {
    parseTruthTable(text);
  } catch (error) {
    if (error instanceof EvaluationError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
};

describe('evaluation: the table of the truth', () => {
  it('reads what a spreadsheet writes: byte order mark, CRLF, quotes, empty cells', () => {
    const text =
      '\uFEFFscan,referral,pathologies,segmentation,classes,frames\r\n' +
      '"eye 1, left.dcm",urgent,cnv+drusen,"truth ""a"".npy",fluid,1-3+7\r\n' +
      'folder/of/parts,,,,,\r\n\r\n';
    expect(parseTruthTable(text)).to.deep.equal([
      {
        line: 2,
        scan: 'eye 1, left.dcm',
        referral: 'urgent',
        pathologies: ['cnv', 'drusen'],
        segmentation: 'truth "a".npy',
        classes: ['fluid'],
        frames: [1, 2, 3, 7],
      },
      { line: 3, scan: 'folder/of/parts' },
    ]);
  });

  it('needs no column but scan, and takes them in any order', () => {
    expect(parseTruthTable('referral,scan\nroutine,a.dcm')).to.deep.equal([
      { line: 2, scan: 'a.dcm', referral: 'routine' },
    ]);
  });

  for (const [what, text, words] of [
    ['an unknown column', 'scan,grade\na,1', "no column 'grade'"],
    ['no scan column', 'referral\nurgent', "column 'scan' is missing"],
    ['an unknown class', 'scan,referral\na,soon', "line 2: 'soon' is none of referral: urgent"],
    ['a scan twice', 'scan\na\na', "line 3: 'a' stands in the table twice"],
    ['a bad range', 'scan,frames\na,9-3', "line 2: '9-3'"],
    ['a cell too many', 'scan\na,b', 'line 2: more cells than columns'],
  ] as const) {
    it(`refuses ${what} and says where`, () => {
      expect(refusal(text)).to.contain('OCT_TRUTH_TABLE_INVALID').and.contain(words);
    });
  }
});
