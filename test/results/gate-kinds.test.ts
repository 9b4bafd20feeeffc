import { expect } from 'chai';

import type { DataSet } from '../../src/dicom/data-set.js';
import { RESULT_KIND_NAMES } from '../../src/values/result-kinds.js';
import {
  changeFragments,
  framesOf,
  plainFrame,
  rulesBroken,
  segmentsIn,
  sharedOf,
  type Mutation,
} from '../support/mutations.js';
import { SHAPE } from '../support/result-input.js';
import { wholeInput } from '../support/whole-input.js';

function changeHeight(dataSet: DataSet, index: number, value: number): void {
  const pixels = Buffer.from(dataSet.bytes('FloatPixelData')!);
  pixels.writeFloatLE(value, 4 * index);
  dataSet.set('FloatPixelData', pixels);
}

const mapping = (dataSet: DataSet) => sharedOf(dataSet).item('RealWorldValueMappingSequence')!;

/** One defect each of height maps, parametric maps, key objects and the documents' references. */
const MUTATIONS: readonly Mutation[] = [
  [
    'heights a B-scan further',
    'R7',
    'height-map',
    (d) => {
      const pixels = d.bytes('FloatPixelData')!;
      const line = 4 * SHAPE.columns;
      d.set('FloatPixelData', Buffer.concat([pixels.subarray(line), pixels.subarray(0, line)]));
    },
  ],
  [
    'a height below the B-scan',
    'R4',
    'height-map',
    (d) => {
      changeHeight(d, 3, SHAPE.rows + 1);
    },
  ],
  [
    'a height half a row off',
    'R7',
    'height-map',
    (d) => {
      changeHeight(d, 3, 1.5);
    },
  ],
  [
    'a height that is no number',
    'R4',
    'height-map',
    (d) => {
      changeHeight(d, 3, Number.NaN);
    },
  ],
  ['height rows of another number', 'R4', 'height-map', (d) => d.set('Rows', SHAPE.frames + 1)],
  [
    'heights cut off',
    'R4',
    'height-map',
    (d) => d.set('FloatPixelData', d.bytes('FloatPixelData')!.subarray(4)),
  ],
  [
    'a padding value that is a height',
    'R4',
    'height-map',
    (d) => d.set('FloatPixelPaddingValue', 0),
  ],
  [
    'a height map without Frame of Reference',
    'R3',
    'height-map',
    (d) => {
      d.delete('FrameOfReferenceUID');
    },
  ],
  [
    'the anterior surface called the posterior',
    'R2',
    'height-map',
    (d) => segmentsIn(d)[1]!.item('SegmentedPropertyTypeCodeSequence')!.set('CodeValue', '128299'),
  ],
  [
    'two surfaces exchanged',
    'R7',
    'height-map',
    (d) => {
      const [a, b] = framesOf(d);
      const number = a!.item('SegmentIdentificationSequence')!;
      a!.copy(b!, 'SegmentIdentificationSequence');
      b!.set('SegmentIdentificationSequence', number);
    },
  ],
  [
    'height rows of the source in reverse',
    'R5',
    'height-map',
    (d) =>
      sharedOf(d)
        .item('DerivationImageSequence')!
        .item('SourceImageSequence')!
        .set('ReferencedFrameNumber', [5, 4, 3, 2, 1]),
  ],
  [
    'height rows of fewer frames',
    'R5',
    'height-map',
    (d) =>
      sharedOf(d)
        .item('DerivationImageSequence')!
        .item('SourceImageSequence')!
        .set('ReferencedFrameNumber', [1, 2, 3]),
  ],
  [
    'a disagreement moved',
    'R7',
    'disagreement-map',
    (d) => {
      changeFragments(d, (f) => f.toReversed());
    },
  ],
  [
    'no disagreement shown',
    'R7',
    'disagreement-map',
    (d) => {
      changeFragments(d, (f) => f.map(() => plainFrame(2, 0)));
    },
  ],
  ['a slope of one', 'R9', 'disagreement-map', (d) => mapping(d).set('RealWorldValueSlope', 1)],
  [
    'a disagreement in mm3',
    'R9',
    'disagreement-map',
    (d) =>
      mapping(d)
        .item('MeasurementUnitsCodeSequence')!
        .set('CodeValue', 'mm3')
        .set('CodeMeaning', 'cubic millimeter'),
  ],
  [
    'a map of another quantity',
    'R9',
    'disagreement-map',
    (d) =>
      mapping(d)
        .item('QuantityDefinitionSequence')!
        .item('ConceptCodeSequence')!
        .set('CodeValue', 'RETSHARE')
        .set('CodeMeaning', 'Share of A-scans with retina'),
  ],
  [
    'the other eye',
    'R1',
    'disagreement-map',
    (d) => sharedOf(d).item('FrameAnatomySequence')!.set('FrameLaterality', 'L'),
  ],
  [
    'a key object less',
    'R5',
    'key-objects',
    (d) => {
      const reference = d.items('ContentSequence').at(-1)!.item('ReferencedSOPSequence')!;
      reference.set('ReferencedFrameNumber', reference.numbers('ReferencedFrameNumber').slice(1));
    },
  ],
  [
    'key objects in another order',
    'R5',
    'key-objects',
    (d) => {
      const reference = d.items('ContentSequence').at(-1)!.item('ReferencedSOPSequence')!;
      reference.set(
        'ReferencedFrameNumber',
        reference.numbers('ReferencedFrameNumber').toReversed(),
      );
    },
  ],
  [
    'key objects rejected for quality',
    'R8',
    'key-objects',
    (d) =>
      d
        .item('ConceptNameCodeSequence')!
        .set('CodeValue', '113012')
        .set('CodeMeaning', 'Key Object Description'),
  ],
  [
    'key objects without research use only',
    'R8',
    'key-objects',
    (d) => d.item('ContentSequence')!.set('TextValue', 'Look'),
  ],
  [
    'key objects without evidence',
    'R5',
    'key-objects',
    (d) => d.set('CurrentRequestedProcedureEvidenceSequence', []),
  ],
  [
    'an Enhanced SR with another suggestion',
    'R9',
    'enhanced-report',
    (d) => {
      const groups = d.items('ContentSequence').at(-1)!.items('ContentSequence');
      const item = groups
        .flatMap((group) => group.items('ContentSequence'))
        .find((child) => child.item('ConceptNameCodeSequence')?.text('CodeValue') === 'REFSUG')!;
      item
        .item('ConceptCodeSequence')!
        .set('CodeValue', 'R4')
        .set('CodeMeaning', 'Observation only');
    },
  ],
  [
    'an invented predecessor',
    'R5',
    'report',
    (d) =>
      d
        .copy(d, 'PatientID')
        .set('PredecessorDocumentsSequence', d.items('CurrentRequestedProcedureEvidenceSequence')),
  ],
];

describe('the gate before sending: height maps, parametric maps, documents', () => {
  for (const kind of RESULT_KIND_NAMES) {
    it(`finds nothing in a ${kind} as it was built`, () => {
      expect(rulesBroken(wholeInput(), kind, () => undefined)).to.deep.equal([]);
    });
  }

  for (const [what, rule, kind, mutate] of MUTATIONS) {
    it(`${rule} notices ${what} (${kind})`, () => {
      expect(rulesBroken(wholeInput(), kind, mutate)).to.include(rule);
    });
  }
});
