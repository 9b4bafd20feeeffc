import { expect } from 'chai';

import { CODE_TABLE, hasVerhoeffDigit } from '../../src/results/code-table.js';
import { python } from '../support/pydicom.js';
import { requireTool } from '../support/tools.js';

/** Not in pydicom 2.3: RFC 5646, one procedure and one observable entity of SNOMED CT. */
const NOT_IN_PYDICOM = ['RFC5646 en-US', 'SCT 700070005', 'SCT 276214006'];

describe('code table', () => {
  it('gives no value two meanings', () => {
    const keys = CODE_TABLE.map(({ scheme, value }) => `${scheme} ${value}`);
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('fits the attributes: 16 characters of value, 64 of meaning', () => {
    const long = CODE_TABLE.filter(
      ({ value, meaning }) => value.length > 16 || meaning.length > 64,
    );
    expect(long).to.deep.equal([]);
  });

  it('has the right check digit in every SNOMED CT code', () => {
    const wrong = CODE_TABLE.filter(
      ({ scheme, value }) => scheme === 'SCT' && !hasVerhoeffDigit(value),
    );
    expect(wrong).to.deep.equal([]);
    expect(hasVerhoeffDigit('5665002')).to.equal(false);
    expect(hasVerhoeffDigit('5656001')).to.equal(false);
  });

  it('has the right check digit in every LOINC code', () => {
    const codes = CODE_TABLE.filter(({ scheme }) => scheme === 'LN');
    expect(codes).to.have.length(11);
    expect(codes.filter(({ value }) => !hasLuhnDigit(value))).to.deep.equal([]);
    expect(hasLuhnDigit('57109-2')).to.equal(false);
    expect(hasLuhnDigit('57019-1')).to.equal(false);
  });

  it('means by standard codes what pydicom means', function () {
    requireTool(this, 'python3-pydicom');
    const theirs = python(
      `import json
from pydicom.sr._concepts_dict import concepts
table = {}
for scheme in ('DCM', 'SCT', 'UCUM', 'RADLEX'):
    for values in concepts[scheme].values():
        for value, (meaning, _) in values.items():
            table.setdefault(scheme, {}).setdefault(value, []).append(meaning)
print(json.dumps(table))`,
    ) as Record<string, Record<string, string[]>>;
    const wrong = CODE_TABLE.filter(({ scheme, value, meaning }) => {
      if (['99OCTRIAGE', 'LN'].includes(scheme) || NOT_IN_PYDICOM.includes(`${scheme} ${value}`))
        return false;
      const meanings = theirs[scheme]?.[value] ?? [];
      return !meanings.some((text) => text.toLowerCase() === meaning.toLowerCase());
    });
    expect(wrong).to.deep.equal([]);
  });
});

/** The last digit of a LOINC code is the Luhn check digit of those before it (LOINC Users' Guide, appendix). */
function hasLuhnDigit(code: string): boolean {
  const digits = Array.from(code.replace('-', ''), Number).reverse();
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit : 2 * digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
