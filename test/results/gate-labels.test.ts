import { expect } from 'chai';

import {
  changeFragments,
  framesOf,
  plainFrame,
  rulesBroken,
  segmentsIn,
  sharedOf,
  sourceImageOf,
  type Mutation,
} from '../support/mutations.js';
import { wholeInput } from '../support/whole-input.js';

/** One defect each of label maps and of all tissues, and what viewers need of both. */
const MUTATIONS: readonly Mutation[] = [
  [
    'a label map’s frames in reverse',
    'R7',
    'label-map',
    (d) => {
      changeFragments(d, (f) => f.toReversed());
    },
  ],
  [
    'a label map’s frame of background',
    'R7',
    'label-map',
    (d) => {
      changeFragments(d, (f) => [plainFrame(1, 0), ...f.slice(1)]);
    },
  ],
  [
    'the frames of an alternative label map in reverse',
    'R7',
    'alternative-label-map',
    (d) => {
      changeFragments(d, (f) => f.toReversed());
    },
  ],
  [
    'alternatives where no network differs',
    'R7',
    'alternative-label-map',
    (d) => {
      changeFragments(d, ([, ...f]) => [plainFrame(1, 4), ...f]);
    },
  ],
  [
    'an alternative tracked as the finding of the report',
    'R7',
    'alternative-label-map',
    (d) => segmentsIn(d)[1]!.set('TrackingUID', '2.25.3'),
  ],
  [
    'the map of one network said to be that of another',
    'R7',
    'network-label-map',
    (d) => d.set('InstanceNumber', 2),
  ],
  [
    'the map of a network that is none',
    'R7',
    'network-label-map',
    (d) => d.set('InstanceNumber', 4),
  ],
  [
    'the tissues of a network tracked as the findings of the report',
    'R7',
    'network-label-map',
    (d) => segmentsIn(d)[1]!.set('TrackingUID', '2.25.3'),
  ],
  [
    'a label map’s frame cut off',
    'R7',
    'label-map',
    (d) => {
      changeFragments(d, ([a, ...f]) => [a!.subarray(0, 66), ...f]);
    },
  ],
  [
    'a fragment less',
    'R4',
    'label-map',
    (d) => {
      changeFragments(d, (f) => f.slice(1));
    },
  ],
  [
    'a label without segment',
    'R7',
    'label-map',
    (d) => d.set('SegmentSequence', segmentsIn(d).slice(0, -1)),
  ],
  [
    'a label map without background',
    'R7',
    'label-map',
    (d) => d.set('SegmentSequence', segmentsIn(d).slice(1)),
  ],
  [
    'two labels exchanged',
    'R7',
    'label-map',
    (d) => {
      const [, a, b] = segmentsIn(d);
      const number = a!.number('SegmentNumber')!;
      a!.set('SegmentNumber', b!.number('SegmentNumber')!);
      b!.set('SegmentNumber', number);
    },
  ],
  [
    'a label coded as another tissue',
    'R7',
    'label-map',
    (d) => {
      const [, a, b] = segmentsIn(d);
      a!.copy(b!, 'SegmentedPropertyTypeCodeSequence');
    },
  ],
  [
    'a label tracked as another',
    'R7',
    'label-map',
    (d) => {
      const [, a, b] = segmentsIn(d);
      a!.copy(b!, 'TrackingUID');
    },
  ],
  [
    'a segment that a person drew',
    'R7',
    'label-map',
    (d) => segmentsIn(d)[1]!.set('SegmentAlgorithmType', 'MANUAL'),
  ],
  ['a label map said to be binary', 'R4', 'label-map', (d) => d.set('SegmentationType', 'BINARY')],
  ['a label map of signed pixels', 'R4', 'label-map', (d) => d.set('PixelRepresentation', 1)],
  [
    'a frame of one segment',
    'R7',
    'label-map',
    (d) =>
      framesOf(d)[0]!
        .set('SegmentIdentificationSequence', [])
        .set('SegmentIdentificationSequence', segmentsIn(d).slice(0, 1)),
  ],
  [
    'a source frame twice',
    'R5',
    'label-map',
    (d) => sourceImageOf(d, 0).set('ReferencedFrameNumber', 2),
  ],
  [
    'a plane of the next frame',
    'R6',
    'label-map',
    (d) => framesOf(d)[0]!.copy(framesOf(d)[1]!, 'PlanePositionSequence'),
  ],
  [
    'a Slice Thickness of its own',
    'R6',
    'label-map',
    (d) => sharedOf(d).item('PixelMeasuresSequence')!.set('SliceThickness', 1),
  ],
  [
    'a label map without Frame of Reference and planes',
    'R3',
    'label-map',
    (d) => {
      d.delete('FrameOfReferenceUID');
      sharedOf(d).delete('PlaneOrientationSequence');
      for (const frame of framesOf(d)) frame.delete('PlanePositionSequence');
    },
  ],
  [
    'the series of another object',
    'R10',
    'tissue-segmentation',
    (d) => d.set('SeriesInstanceUID', '2.25.1').set('ReferencedSeriesSequence', []),
  ],
  [
    'a source’s series not referred to',
    'R10',
    'segmentation',
    (d) => d.item('ReferencedSeriesSequence')!.set('SeriesInstanceUID', '2.25.8'),
  ],
  [
    'a frame without orientation',
    'R10',
    'segmentation',
    (d) => {
      sharedOf(d).delete('PlaneOrientationSequence');
    },
  ],
  [
    'a segment without colour',
    'R10',
    'segmentation',
    (d) => {
      segmentsIn(d)[0]!.delete('RecommendedDisplayCIELabValue');
    },
  ],
  [
    'a segment without label',
    'R10',
    'tissue-segmentation',
    (d) => segmentsIn(d)[0]!.set('SegmentLabel', []),
  ],
  [
    'two classes of the tissues exchanged',
    'R7',
    'tissue-segmentation',
    (d) => {
      const [a, b] = segmentsIn(d);
      const type = a!.item('SegmentedPropertyTypeCodeSequence')!;
      a!.copy(b!, 'SegmentedPropertyTypeCodeSequence');
      b!.set('SegmentedPropertyTypeCodeSequence', type);
    },
  ],
];

describe('the gate before sending: label maps and viewers', () => {
  for (const [what, rule, kind, mutate] of MUTATIONS) {
    it(`${rule} notices ${what} (${kind})`, () => {
      expect(rulesBroken(wholeInput(), kind, mutate)).to.include(rule);
    });
  }

  it('R10 notices two objects in one series', () => {
    let series: string | undefined;
    const broken = rulesBroken(wholeInput(), 'tissue-segmentation', (d) => {
      rulesBroken(wholeInput(), 'segmentation', (other) => {
        series = other.text('SeriesInstanceUID');
      });
      d.set('SeriesInstanceUID', series!);
    });
    expect(broken).to.include('R10');
  });

  it('R6 notices another stack position where there are no planes', () => {
    const broken = rulesBroken(wholeInput({ dress: 'zeiss-cirrus' }), 'label-map', (d) =>
      framesOf(d)[0]!.item('FrameContentSequence')!.set('InStackPositionNumber', 4),
    );
    expect(broken).to.include('R6');
  });

  it('R3 notices a Frame of Reference made up where the source has none', () => {
    const broken = rulesBroken(wholeInput({ dress: 'zeiss-cirrus' }), 'label-map', (d) =>
      d.set('FrameOfReferenceUID', '2.25.9'),
    );
    expect(broken).to.include('R3');
  });
});
