import { expect } from 'chai';

import { DataSet } from '../../src/dicom/data-set.js';
import { encodePart10 } from '../../src/dicom/part10.js';
import type { GateRule } from '../../src/results/defect.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { segmentationDataSet } from '../../src/results/seg/build.js';
import { reportDataSet } from '../../src/results/sr/build.js';
import { validateResults } from '../../src/results/validate.js';
import type { ResultObject } from '../../src/values/result-objects.js';
import { resultInput } from '../support/result-input.js';

interface Pair {
  readonly segmentation: DataSet;
  readonly report: DataSet;
}

function objects({ segmentation, report }: Pair): readonly ResultObject[] {
  return [
    ['segmentation', segmentation],
    ['report', report],
  ].map(([kind, dataSet]) => {
    const text = (keyword: 'SOPClassUID' | 'SOPInstanceUID' | 'SeriesInstanceUID') =>
      (dataSet as DataSet).text(keyword)!;
    return {
      kind: kind as ResultObject['kind'],
      sopClassUid: text('SOPClassUID'),
      sopInstanceUid: text('SOPInstanceUID'),
      seriesInstanceUid: text('SeriesInstanceUID'),
      bytes: encodePart10(dataSet as DataSet),
    };
  });
}

function pair(input: ResultInput): Pair {
  return { segmentation: segmentationDataSet(input)!, report: reportDataSet(input) };
}

/** All items of a report, for a mutation to find its own. */
function items(dataSet: DataSet): readonly DataSet[] {
  return dataSet.items('ContentSequence').flatMap((item) => [item, ...items(item)]);
}

function itemOf(report: DataSet, code: string): DataSet {
  return items(report).find(
    (item) => item.item('ConceptNameCodeSequence')?.text('CodeValue') === code,
  )!;
}

const frames = (segmentation: DataSet) => segmentation.items('PerFrameFunctionalGroupsSequence');
const shared = (segmentation: DataSet) => segmentation.item('SharedFunctionalGroupsSequence')!;
const sourceImage = (segmentation: DataSet, frame: number) =>
  frames(segmentation)[frame]!.item('DerivationImageSequence')!.item('SourceImageSequence')!;
const volumeItem = (report: DataSet) => itemOf(report, '118565006').item('MeasuredValueSequence')!;

/** One defect each; most of them no public validator sees (dicom-objects.md §3.2). */
const MUTATIONS: readonly (readonly [
  what: string,
  rule: GateRule,
  mutate: (pair: Pair) => void,
])[] = [
  ['another patient id', 'R1', ({ segmentation }) => segmentation.set('PatientID', 'other')],
  [
    'another patient name in the report',
    'R1',
    ({ report }) => report.set('PatientName', 'Other^One'),
  ],
  ['another study', 'R1', ({ report }) => report.set('StudyInstanceUID', '2.25.5')],
  ['an issuer dropped', 'R1', ({ segmentation }) => segmentation.set('IssuerOfPatientID', 'X')],
  [
    'not marked as research',
    'R1',
    ({ segmentation }) => segmentation.set('ContentQualification', 'PRODUCT'),
  ],
  [
    'a private element',
    'R1',
    ({ report }) => {
      report.setElement({ tag: 0x00510010, vr: 'LO', value: ['x'] });
    },
  ],
  [
    'a wrong meaning',
    'R2',
    ({ report }) =>
      itemOf(report, '121071').item('ConceptNameCodeSequence')!.set('CodeMeaning', 'Fund'),
  ],
  [
    'an unknown code',
    'R2',
    ({ segmentation }) =>
      segmentation
        .item('SegmentSequence')!
        .item('SegmentedPropertyTypeCodeSequence')!
        .set('CodeValue', 'T99'),
  ],
  [
    'another Frame of Reference',
    'R3',
    ({ segmentation }) => segmentation.set('FrameOfReferenceUID', '2.25.6'),
  ],
  [
    'planes without Frame of Reference',
    'R3',
    ({ segmentation }) => {
      segmentation.delete('FrameOfReferenceUID');
    },
  ],
  ['another number of rows', 'R4', ({ segmentation }) => segmentation.set('Rows', 8)],
  [
    'rows and columns exchanged',
    'R4',
    ({ segmentation }) => segmentation.set('Rows', 9).set('Columns', 7),
  ],
  ['a frame less announced', 'R4', ({ segmentation }) => segmentation.set('NumberOfFrames', 2)],
  [
    'pixels cut off',
    'R4',
    ({ segmentation }) =>
      segmentation.set('PixelData', segmentation.bytes('PixelData')!.subarray(2)),
  ],
  [
    'Laterality in the segmentation',
    'R4',
    ({ segmentation }) => segmentation.set('Laterality', 'R'),
  ],
  [
    'an unknown source',
    'R5',
    ({ segmentation }) => sourceImage(segmentation, 0).set('ReferencedSOPInstanceUID', '2.25.7'),
  ],
  [
    'a frame number out of range',
    'R5',
    ({ segmentation }) => sourceImage(segmentation, 0).set('ReferencedFrameNumber', 99),
  ],
  [
    'no Derivation Image',
    'R5',
    ({ segmentation }) => {
      frames(segmentation)[0]!.delete('DerivationImageSequence');
    },
  ],
  [
    'evidence without the segmentation',
    'R5',
    ({ report }) => {
      const study = report.item('CurrentRequestedProcedureEvidenceSequence')!;
      study.set('ReferencedSeriesSequence', study.items('ReferencedSeriesSequence').slice(0, 1));
    },
  ],
  [
    'another segment referred to',
    'R5',
    ({ report }) =>
      itemOf(report, '121191').item('ReferencedSOPSequence')!.set('ReferencedSegmentNumber', 3),
  ],
  [
    'Pixel Spacing swapped',
    'R6',
    ({ segmentation }) => {
      const measures = shared(segmentation).item('PixelMeasuresSequence')!;
      measures.set('PixelSpacing', measures.texts('PixelSpacing').toReversed());
    },
  ],
  [
    'a plane mirrored',
    'R6',
    ({ segmentation }) =>
      shared(segmentation)
        .item('PlaneOrientationSequence')!
        .set('ImageOrientationPatient', [-1, 0, 0, 0, 0, -1]),
  ],
  [
    'a plane of another frame',
    'R6',
    ({ segmentation }) =>
      frames(segmentation)[0]!
        .item('PlanePositionSequence')!
        .set('ImagePositionPatient', [9, 9, 9]),
  ],
  [
    'source frames in reverse',
    'R7',
    ({ segmentation }) => {
      for (const [index] of frames(segmentation).entries()) {
        const image = sourceImage(segmentation, index);
        image.set('ReferencedFrameNumber', 6 - image.number('ReferencedFrameNumber')!);
      }
    },
  ],
  [
    'one pixel more',
    'R7',
    ({ segmentation }) => {
      const pixels = Uint8Array.from(segmentation.bytes('PixelData')!);
      pixels[10] = pixels[10]! ^ 1;
      segmentation.set('PixelData', pixels);
    },
  ],
  [
    'a frame of a segment that is not there',
    'R7',
    ({ segmentation }) =>
      frames(segmentation)[0]!
        .item('SegmentIdentificationSequence')!
        .set('ReferencedSegmentNumber', 9),
  ],
  [
    'a gap in the segment numbers',
    'R7',
    ({ segmentation }) => segmentation.items('SegmentSequence')[2]!.set('SegmentNumber', 4),
  ],
  [
    'overlap not denied',
    'R7',
    ({ segmentation }) => segmentation.set('SegmentsOverlap', 'UNDEFINED'),
  ],
  [
    'a finding site as CONTAINS',
    'R8',
    ({ report }) => itemOf(report, '363698007').set('RelationshipType', 'CONTAINS'),
  ],
  [
    'a group under the root',
    'R8',
    ({ report }) => {
      const measurements = itemOf(report, '126010');
      const [first, ...rest] = measurements.items('ContentSequence');
      measurements.set('ContentSequence', rest);
      report.set('ContentSequence', [...report.items('ContentSequence'), first!]);
    },
  ],
  [
    'no device observer',
    'R8',
    ({ report }) =>
      report.set(
        'ContentSequence',
        report
          .items('ContentSequence')
          .filter((item) => item.item('ConceptNameCodeSequence')?.text('CodeValue') !== '121012'),
      ),
  ],
  [
    'research use only left out',
    'R8',
    ({ report }) =>
      itemOf(report, 'USE').item('ConceptNameCodeSequence')!.set('CodeValue', 'USETEXT'),
  ],
  ['verified', 'R8', ({ report }) => report.set('VerificationFlag', 'VERIFIED')],
  [
    'um3 for mm3',
    'R9',
    ({ report }) =>
      volumeItem(report).item('MeasurementUnitsCodeSequence')!.set('CodeValue', 'um3'),
  ],
  [
    'a volume times 1000',
    'R9',
    ({ report }) => {
      const value = volumeItem(report).number('NumericValue')! * 1000;
      volumeItem(report).set('NumericValue', value).set('FloatingPointValue', value);
    },
  ],
  [
    'two forms of a number that differ',
    'R9',
    ({ report }) => volumeItem(report).set('FloatingPointValue', 1),
  ],
  [
    'another suggestion',
    'R9',
    ({ report }) =>
      itemOf(report, 'REFSUG')
        .item('ConceptCodeSequence')!
        .set('CodeValue', 'R4')
        .set('CodeMeaning', 'Observation only'),
  ],
  [
    'a probability above one',
    'R9',
    ({ report }) =>
      itemOf(report, 'REFPROB')
        .item('MeasuredValueSequence')!
        .set('NumericValue', 1.7)
        .set('FloatingPointValue', 1.7),
  ],
];

describe('the gate before sending', () => {
  it('finds nothing in what was built', () => {
    const input = resultInput();
    expect(validateResults(objects(pair(input)), input)).to.deep.equal([]);
  });

  for (const [what, rule, mutate] of MUTATIONS) {
    it(`${rule} notices ${what}`, () => {
      const input = resultInput();
      const mutated = pair(input);
      mutate(mutated);
      const rules = validateResults(objects(mutated), input).map((defect) => defect.rule);
      expect(rules).to.include(rule);
    });
  }

  it('R0 notices an object that cannot be read back', () => {
    const input = resultInput();
    const [segmentation] = objects(pair(input));
    const bytes = segmentation!.bytes.subarray(0, 1000);
    const defects = validateResults([{ ...segmentation!, bytes }], input);
    expect(defects.map(({ rule }) => rule)).to.include('R0');
  });

  it('R9 notices findings whose volume is not that of the pixels', () => {
    const input = resultInput();
    const wrong = {
      ...input,
      findings: { ...input.findings!, volumesNl: { 'intraretinal-fluid': 1 } },
    };
    const rules = validateResults(objects(pair(wrong)), wrong).map(({ rule }) => rule);
    expect(rules).to.include('R9');
  });
});
