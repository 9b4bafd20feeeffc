import { expect } from 'chai';

import { readPart10 } from '../../src/dicom/part10.js';
import { buildResults } from '../../src/results/build.js';
import { RESULT_FORMS } from '../../src/results/kinds.js';
import type { ResultInput } from '../../src/results/result-input.js';
import {
  DEFAULT_RESULT_KINDS,
  RESULT_KIND_NAMES,
  type ResultKind,
} from '../../src/values/result-kinds.js';
import { resultInput, type InputOptions } from '../support/result-input.js';
import { MEMBERS, PREDECESSOR, wholeInput } from '../support/whole-input.js';

function kindsOf(input: ResultInput, wanted: Iterable<ResultKind> = RESULT_KIND_NAMES) {
  const { objects, defects } = buildResults(input, wanted);
  expect(defects).to.deep.equal([]);
  expect(
    objects.filter(({ kind }) => kind === 'network-label-map').length,
    'one of each network or none',
  ).to.be.oneOf([0, MEMBERS]);
  return [...new Set(objects.map(({ kind }) => kind))];
}

function report(input: ResultInput, kind: ResultKind = 'report') {
  const { objects, defects } = buildResults(input, [kind]);
  expect(defects).to.deep.equal([]);
  return readPart10(objects.find((object) => object.kind === kind)!.bytes).dataSet;
}

const without = (...left: readonly ResultKind[]) =>
  RESULT_KIND_NAMES.filter((kind) => !left.includes(kind));

const WITHOUT_FINDINGS = ['report', 'enhanced-report', 'page-pdf', 'page-picture'] as const;

describe('kinds of results', () => {
  it('segmentation and report are made unasked, nothing else', () => {
    expect(kindsOf(wholeInput(), [])).to.deep.equal([...DEFAULT_RESULT_KINDS]);
    expect(DEFAULT_RESULT_KINDS).to.deep.equal(['segmentation', 'report']);
  });

  const cases: Readonly<Record<string, readonly [InputOptions, readonly ResultKind[]]>> = {
    'of a whole scan everything': [{}, RESULT_KIND_NAMES],
    'of a left eye with frames the other way round everything': [
      { laterality: 'L', variations: ['reversed-frames'] },
      RESULT_KIND_NAMES,
    ],
    'of a source without planes (Cirrus) no height map and no parametric map': [
      { dress: 'zeiss-cirrus' },
      without('height-map', 'disagreement-map'),
    ],
    'of an eye without fluid or lesion no segmentation of them and no key objects': [
      { lesions: [] },
      without('segmentation', 'key-objects'),
    ],
    'of an unknown device reports and pages': [{ outcome: 'unknown-device' }, WITHOUT_FINDINGS],
    'of a poor scan reports and pages': [{ outcome: 'poor-quality' }, WITHOUT_FINDINGS],
  };
  for (const [what, [options, expected]] of Object.entries(cases)) {
    it(what, () => {
      expect(kindsOf(wholeInput(options))).to.deep.equal([...expected]);
    });
  }

  it('without an ensemble neither disagreement nor alternatives nor maps of each network', () => {
    const input = wholeInput();
    const findings = { ...resultInput().findings!, tissueMap: input.findings!.tissueMap };
    expect(kindsOf({ ...input, findings })).to.deep.equal(
      without('disagreement-map', 'alternative-label-map', 'network-label-map'),
    );
  });

  it('each in a series of its own, and the same twice gives the same bytes', () => {
    const first = buildResults(wholeInput(), RESULT_KIND_NAMES).objects;
    const second = buildResults(wholeInput(), RESULT_KIND_NAMES).objects;
    expect(second).to.deep.equal(first);
    expect(new Set(first.map(({ seriesInstanceUid }) => seriesInstanceUid)).size).to.equal(
      first.length,
    );
    expect(new Set(first.map(({ sopInstanceUid }) => sopInstanceUid)).size).to.equal(first.length);
  });

  it('no two kinds share a series number or say nothing of research', () => {
    const forms = Object.values(RESULT_FORMS);
    expect(new Set(forms.map(({ seriesNumber }) => seriesNumber)).size).to.equal(forms.length);
    for (const { seriesDescription } of forms) expect(seriesDescription).to.match(/\(research\)$/u);
  });

  it('what is asked for does not change what is made anyway', () => {
    const alone = buildResults(wholeInput()).objects;
    const among = buildResults(wholeInput(), RESULT_KIND_NAMES).objects;
    for (const object of alone) expect(among).to.deep.include(object);
  });
});

describe('a result that follows another', () => {
  it('names the report before it as predecessor and has another UID', () => {
    const input = wholeInput();
    const revised = report({ ...input, predecessors: [PREDECESSOR] });
    const named = revised
      .item('PredecessorDocumentsSequence')!
      .item('ReferencedSeriesSequence')!
      .item('ReferencedSOPSequence')!;
    expect(named.text('ReferencedSOPInstanceUID')).to.equal(PREDECESSOR.sopInstanceUid);
    expect(revised.text('SOPInstanceUID')).not.to.equal(report(input).text('SOPInstanceUID'));
  });

  it('names only documents of its own kind', () => {
    const input = { ...wholeInput(), predecessors: [PREDECESSOR] };
    expect(report(input, 'enhanced-report').has('PredecessorDocumentsSequence')).to.equal(false);
  });

  it('the first names none', () => {
    expect(report(wholeInput()).has('PredecessorDocumentsSequence')).to.equal(false);
  });
});
