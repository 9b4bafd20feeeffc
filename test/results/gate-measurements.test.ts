import { expect } from 'chai';

import type { DataSet } from '../../src/dicom/data-set.js';
import { LATERALITY_CODES } from '../../src/results/standard-codes.js';
import { rulesBroken, type Mutation } from '../support/mutations.js';
import { phantomInput } from '../support/phantom-input.js';

const { input } = phantomInput('heidelberg-spectralis', {
  seed: 5,
  laterality: 'R',
  pathologies: ['cnv'],
});

function items(dataSet: DataSet): readonly DataSet[] {
  return dataSet.items('ContentSequence').flatMap((item) => [item, ...items(item)]);
}

const codeOf = (item: DataSet) => item.item('ConceptNameCodeSequence')?.text('CodeValue');

function itemOf(report: DataSet, code: string): DataSet {
  return items(report).find((item) => codeOf(item) === code)!;
}

function setValue(item: DataSet, value: number): void {
  item.item('MeasuredValueSequence')!.set('NumericValue', value).set('FloatingPointValue', value);
}

function valueOf(item: DataSet): number {
  return item.item('MeasuredValueSequence')!.number('NumericValue')!;
}

/** Removes the first item of this concept from the group that holds it. */
function remove(report: DataSet, code: string): void {
  const item = itemOf(report, code);
  const holder = items(report).find((group) => group.items('ContentSequence').includes(item))!;
  holder.set(
    'ContentSequence',
    holder.items('ContentSequence').filter((child) => child !== item),
  );
}

const report = (what: string, rule: Mutation[1], mutate: Mutation[3]): Mutation => [
  what,
  rule,
  'report',
  mutate,
];

/** One defect each of what the report says beside volumes and referral. */
const MUTATIONS: readonly Mutation[] = [
  report('nasal and temporal exchanged', 'R9', (d) => {
    const [nasal, temporal] = [itemOf(d, '57111-7'), itemOf(d, '57113-3')];
    const value = valueOf(nasal);
    setValue(nasal, valueOf(temporal));
    setValue(temporal, value);
  }),
  report('a thickness in mm3', 'R9', (d) => {
    itemOf(d, '57109-1')
      .item('MeasuredValueSequence')!
      .item('MeasurementUnitsCodeSequence')!
      .set('CodeValue', 'mm3')
      .set('CodeMeaning', 'cubic millimeter');
  }),
  report('a thickness ten times too large', 'R9', (d) => {
    setValue(itemOf(d, '57110-9'), 10 * valueOf(itemOf(d, '57110-9')));
  }),
  report('a subfield left out', 'R9', (d) => {
    remove(d, '57112-5');
  }),
  report('the other eye in one group', 'R1', (d) => {
    const { value, meaning } = LATERALITY_CODES.L;
    itemOf(d, '272741003')
      .item('ConceptCodeSequence')!
      .set('CodeValue', value)
      .set('CodeMeaning', meaning);
  }),
  report('a grid without its tracking', 'R8', (d) => {
    const group = items(d).find((item) =>
      item.items('ContentSequence').includes(itemOf(d, 'GRIDCENTRE')),
    )!;
    group
      .items('ContentSequence')
      .find((item) => codeOf(item) === '112040')!
      .set('UID', '2.25.99');
  }),
  report('a surface tracked as another', 'R8', (d) => {
    const group = items(d).find((item) =>
      item.items('ContentSequence').includes(itemOf(d, 'SURFSHARE')),
    )!;
    group
      .items('ContentSequence')
      .find((item) => codeOf(item) === '112040')!
      .set('UID', '2.25.98');
  }),
  report('a share of A-scans above 1', 'R9', (d) => {
    setValue(itemOf(d, 'SURFSHARE'), 97);
  }),
  report('another frame pointed to', 'R5', (d) => {
    const reference = itemOf(d, 'DECFRAME').item('ReferencedSOPSequence')!;
    reference.set('ReferencedFrameNumber', [...reference.numbers('ReferencedFrameNumber'), 1]);
  }),
  report('no frame pointed to', 'R5', (d) => {
    remove(d, 'DECFRAME');
  }),
  report('another probability without a finding', 'R9', (d) => {
    setValue(itemOf(d, 'OCCPROB'), 0.99);
  }),
  report('a class without its probability', 'R9', (d) => {
    remove(d, 'OCCPROB');
  }),
  report('a negative disputed volume', 'R9', (d) => {
    setValue(itemOf(d, 'VOLDISPUTE'), -1);
  }),
];

describe('the gate before sending: measurements of the report', () => {
  it('finds nothing as it was built', () => {
    expect(rulesBroken(input, 'report', () => undefined)).to.deep.equal([]);
  });

  for (const [what, rule, kind, mutate] of MUTATIONS) {
    it(`${rule} notices ${what}`, () => {
      expect(rulesBroken(input, kind, mutate)).to.include(rule);
    });
  }
});
