import { expect } from 'chai';

import { parseCostMatrix, readCostMatrix } from '../../src/referral/cost-matrix.js';
import { REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { COST_MATRIX } from './evidence.js';

function bytesOf(costs: readonly (readonly number[])[]): Uint8Array {
  const matrix = { name: 'test', version: '1', meaning: '', classes: REFERRAL_CLASSES, costs };
  return Buffer.from(JSON.stringify(matrix));
}

describe('referral: the cost matrix', () => {
  it('makes under-referral dearer than over-referral for every pair of classes', () => {
    for (let truth = 0; truth < 4; truth++) {
      for (let decision = truth + 1; decision < 4; decision++) {
        const under = COST_MATRIX.costs[truth]![decision]!;
        const over = COST_MATRIX.costs[decision]![truth]!;
        expect(under, `${truth} called ${decision}`).to.be.above(over);
      }
    }
  });

  it('another matrix has another hash', () => {
    const other = COST_MATRIX.costs.map((row) => row.map((cost) => cost * 2));
    expect(parseCostMatrix(bytesOf(other)).sha256).to.not.equal(
      parseCostMatrix(bytesOf(COST_MATRIX.costs)).sha256,
    );
  });

  const refused: readonly (readonly [string, readonly (readonly number[])[]])[] = [
    ['being right costs something', [[1, 4, 30, 100], ...COST_MATRIX.costs.slice(1)]],
    ['missing an urgent eye is free', [[0, 0, 0, 0], ...COST_MATRIX.costs.slice(1)]],
    ['a cost is negative', [[0, 4, 30, -1], ...COST_MATRIX.costs.slice(1)]],
    ['a row is missing', COST_MATRIX.costs.slice(1)],
    ['a column is missing', COST_MATRIX.costs.map((row) => row.slice(1))],
  ];
  for (const [title, costs] of refused) {
    it(`is refused when ${title}`, () => {
      expect(() => parseCostMatrix(bytesOf(costs)))
        .to.throw()
        .with.property('code', 'OCT_COST_MATRIX_INVALID');
    });
  }

  it('is refused when it is not JSON, and when it is not there', () => {
    expect(() => parseCostMatrix(Buffer.from('{')))
      .to.throw()
      .with.property('code', 'OCT_COST_MATRIX_INVALID');
    expect(() => readCostMatrix('/nowhere/decision.json'))
      .to.throw()
      .with.property('code', 'OCT_COST_MATRIX_UNREADABLE');
  });
});
