import type { DataSet } from '../dicom/data-set.js';
import type { ResultKind } from '../values/result-kinds.js';
import { encapsulatedPdfDataSet } from './encapsulated-pdf/build.js';
import { validateEncapsulatedPdf } from './encapsulated-pdf/validate.js';
import { heightMapDataSet } from './height-map/build.js';
import { validateHeightMap } from './height-map/validate.js';
import { keyObjectsDataSet } from './key-objects/build.js';
import { validateKeyObjects } from './key-objects/validate.js';
import { labelMapDataSets } from './label-map/build.js';
import { validateLabelMap } from './label-map/validate.js';
import { disagreementMapDataSet } from './parametric-map/build.js';
import { validateDisagreementMap } from './parametric-map/validate.js';
import type { Checked } from './read-result.js';
import type { ResultInput } from './result-input.js';
import { secondaryCaptureDataSet } from './secondary-capture/build.js';
import { validateSecondaryCapture } from './secondary-capture/validate.js';
import { segmentationDataSet } from './seg/build.js';
import { validateSegmentation } from './seg/validate.js';
import { reportDataSet } from './sr/build.js';
import { validateReport } from './sr/validate.js';

interface Builder {
  /** Before they are encoded; `undefined` where this scan has nothing for it. */
  readonly build: (input: ResultInput) => DataSet | readonly DataSet[] | undefined;
  /** The rules of this kind alone; those of all kinds are in `validate.ts`. */
  readonly validate: (checked: Checked) => void;
}

/** How each kind of result is made and checked. A new kind is a row here, in RESULT_KINDS and in RESULT_FORMS. */
export const BUILDERS: Readonly<Record<ResultKind, Builder>> = {
  segmentation: {
    build: (input) => segmentationDataSet(input, 'segmentation'),
    validate: (checked) => {
      validateSegmentation(checked, 'segmentation');
    },
  },
  'tissue-segmentation': {
    build: (input) => segmentationDataSet(input, 'tissue-segmentation'),
    validate: (checked) => {
      validateSegmentation(checked, 'tissue-segmentation');
    },
  },
  'label-map': {
    build: (input) => labelMapDataSets(input, 'label-map'),
    validate: (checked) => {
      validateLabelMap(checked, 'label-map');
    },
  },
  'height-map': { build: heightMapDataSet, validate: validateHeightMap },
  'disagreement-map': { build: disagreementMapDataSet, validate: validateDisagreementMap },
  'alternative-label-map': {
    build: (input) => labelMapDataSets(input, 'alternative-label-map'),
    validate: (checked) => {
      validateLabelMap(checked, 'alternative-label-map');
    },
  },
  'network-label-map': {
    build: (input) => labelMapDataSets(input, 'network-label-map'),
    validate: (checked) => {
      validateLabelMap(checked, 'network-label-map');
    },
  },
  report: { build: (input) => reportDataSet(input, 'report'), validate: validateReport },
  'enhanced-report': {
    build: (input) => reportDataSet(input, 'enhanced-report'),
    validate: validateReport,
  },
  'key-objects': { build: keyObjectsDataSet, validate: validateKeyObjects },
  'page-pdf': { build: encapsulatedPdfDataSet, validate: validateEncapsulatedPdf },
  'page-picture': { build: secondaryCaptureDataSet, validate: validateSecondaryCapture },
};

/** What is made of this scan of a kind, before it is encoded. */
export function dataSetsOf(kind: ResultKind, input: ResultInput): readonly DataSet[] {
  return [BUILDERS[kind].build(input) ?? []].flat();
}
