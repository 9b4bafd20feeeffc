import { expect } from 'chai';

import { isUid } from '../../src/dicom/uid.js';
import { buildResults } from '../../src/results/build.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { resultInput } from '../support/result-input.js';

function uids(input: ResultInput): readonly string[] {
  return buildResults(input).objects.flatMap((object) => [
    object.sopInstanceUid,
    object.seriesInstanceUid,
  ]);
}

describe('identity of results', () => {
  it('gives the same bytes for the same input', () => {
    const first = buildResults(resultInput()).objects;
    const second = buildResults(resultInput()).objects;
    expect(second.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).to.deep.equal(
      first.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
    );
  });

  it('gives legal and different UIDs', () => {
    const all = uids(resultInput());
    expect(all.every(isUid)).to.equal(true);
    expect(new Set(all).size).to.equal(4);
  });

  const input = resultInput();
  const changed: Readonly<Record<string, ResultInput>> = {
    'the pixels': {
      ...input,
      sourceInstance: { ...input.sourceInstance, digest: '00'.repeat(32) },
    },
    'the product version': { ...input, product: { ...input.product, version: '0.2.0' } },
    'the models': {
      ...input,
      findings: {
        ...input.findings!,
        modelSet: { ...input.findings!.modelSet, digest: '11'.repeat(32) },
      },
    },
    'the settings': { ...input, settingsDigest: 'other' },
  };
  for (const [what, other] of Object.entries(changed)) {
    it(`changes every UID with ${what}`, () => {
      const before = new Set(uids(input));
      expect(uids(other).filter((uid) => before.has(uid))).to.deep.equal([]);
    });
  }

  it('does not depend on when it was made', () => {
    expect(uids({ ...input, createdAt: '2027-01-01T00:00:00.000Z' })).to.deep.equal(uids(input));
  });
});
