import { SOP_CLASSES, TRANSFER_SYNTAXES } from '../dicom/uids.js';
import type { ResultKind } from '../values/result-kinds.js';

/** What the objects of one kind have in common before anything is known of the scan (dicom-objects.md §2.1, §2.2). */
interface ResultForm {
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  /** Of a kind with several objects, a series each: that of the first. */
  readonly seriesNumber: number;
  readonly seriesDescription: string;
}

const NATIVE = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const RLE = TRANSFER_SYNTAXES.rleLossless.uid;

export const RESULT_FORMS: Readonly<Record<ResultKind, ResultForm>> = {
  segmentation: {
    sopClassUid: SOP_CLASSES.segmentation.uid,
    transferSyntaxUid: NATIVE,
    modality: 'SEG',
    seriesNumber: 9001,
    seriesDescription: 'OCTriage segmentation (research)',
  },
  'label-map': {
    sopClassUid: SOP_CLASSES.labelMapSegmentation.uid,
    transferSyntaxUid: RLE,
    modality: 'SEG',
    seriesNumber: 9002,
    seriesDescription: 'OCTriage label map (research)',
  },
  'tissue-segmentation': {
    sopClassUid: SOP_CLASSES.segmentation.uid,
    transferSyntaxUid: NATIVE,
    modality: 'SEG',
    seriesNumber: 9003,
    seriesDescription: 'OCTriage tissue segmentation (research)',
  },
  'height-map': {
    sopClassUid: SOP_CLASSES.heightMapSegmentation.uid,
    transferSyntaxUid: NATIVE,
    modality: 'SEG',
    seriesNumber: 9004,
    seriesDescription: 'OCTriage retinal surfaces (research)',
  },
  'disagreement-map': {
    sopClassUid: SOP_CLASSES.parametricMap.uid,
    transferSyntaxUid: RLE,
    modality: 'OT',
    seriesNumber: 9005,
    seriesDescription: 'OCTriage network disagreement (research)',
  },
  'alternative-label-map': {
    sopClassUid: SOP_CLASSES.labelMapSegmentation.uid,
    transferSyntaxUid: RLE,
    modality: 'SEG',
    seriesNumber: 9006,
    seriesDescription: 'OCTriage alternative tissue map (research)',
  },
  'network-label-map': {
    sopClassUid: SOP_CLASSES.labelMapSegmentation.uid,
    transferSyntaxUid: RLE,
    modality: 'SEG',
    seriesNumber: 9101,
    seriesDescription: 'OCTriage tissue map of one network (research)',
  },
  report: {
    sopClassUid: SOP_CLASSES.comprehensive3dSr.uid,
    transferSyntaxUid: NATIVE,
    modality: 'SR',
    seriesNumber: 9010,
    seriesDescription: 'OCTriage report (research)',
  },
  'enhanced-report': {
    sopClassUid: SOP_CLASSES.enhancedSr.uid,
    transferSyntaxUid: NATIVE,
    modality: 'SR',
    seriesNumber: 9011,
    seriesDescription: 'OCTriage report, Enhanced SR (research)',
  },
  'key-objects': {
    sopClassUid: SOP_CLASSES.keyObjectSelection.uid,
    transferSyntaxUid: NATIVE,
    modality: 'KO',
    seriesNumber: 9012,
    seriesDescription: 'OCTriage decisive frames (research)',
  },
  'page-pdf': {
    sopClassUid: SOP_CLASSES.encapsulatedPdf.uid,
    transferSyntaxUid: NATIVE,
    modality: 'DOC',
    seriesNumber: 9021,
    seriesDescription: 'OCTriage page, PDF (research)',
  },
  'page-picture': {
    sopClassUid: SOP_CLASSES.secondaryCapture.uid,
    transferSyntaxUid: NATIVE,
    modality: 'OT',
    seriesNumber: 9020,
    seriesDescription: 'OCTriage page (research)',
  },
};
