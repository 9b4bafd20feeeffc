import { DataSet } from '../../dicom/data-set.js';
import { commonAttributes, instanceReference } from '../common-attributes.js';
import { reference } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { segmentsOf } from '../segments.js';
import { sourceInstances } from '../source-frames.js';
import { DCM, LANGUAGE_EN, SCT } from '../standard-codes.js';
import { code, container, image, text, uidReference } from './content-item.js';
import { predecessorDocuments, sourceEvidence } from './evidence.js';
import { legibleText } from './legible-text.js';
import { measurementGroups } from './measurement-groups.js';

/** The same tree in the class that a destination takes. */
export type ReportKind = 'report' | 'enhanced-report';

/**
 * The report: a structured report of template TID 1500 (PS3.16), the tree of dicom-objects.md §2.7, as Comprehensive 3D
 * SR or as Enhanced SR. A scan that was not assessed has a whole report too: with its coded reasons, and without what
 * was not made. Throws DicomError on a value that may not be written.
 */
export function reportDataSet(input: ResultInput, kind: ReportKind = 'report'): DataSet {
  const root = container(
    'CONTAINS',
    DCM.imagingMeasurementReport,
    [
      code('HAS CONCEPT MOD', DCM.language, LANGUAGE_EN),
      ...deviceObserver(input),
      code('HAS CONCEPT MOD', DCM.procedureReported, SCT.octOfRetina),
      imageLibrary(input),
      container('CONTAINS', DCM.imagingMeasurements, measurementGroups(input)),
    ],
    '1500',
  );
  // The root has no relationship (PS3.3 C.17.3).
  root.delete('RelationshipType');
  const report = commonAttributes(input, kind)
    .set('ReferencedPerformedProcedureStepSequence', [])
    .set('PerformedProcedureCodeSequence', [])
    .set('CompletionFlag', 'COMPLETE')
    .set('VerificationFlag', 'UNVERIFIED')
    .set('PreliminaryFlag', 'PRELIMINARY')
    .set(
      'CurrentRequestedProcedureEvidenceSequence',
      sourceEvidence(
        input,
        undefined,
        segmentsOf(input).length > 0 ? [reference(input, 'segmentation')] : [],
      ),
    );
  const earlier = (input.predecessors ?? []).filter((predecessor) => predecessor.kind === kind);
  if (earlier.length > 0) {
    report.set('PredecessorDocumentsSequence', predecessorDocuments(input, earlier));
  }
  for (const element of root.elements()) report.setElement(element);
  return report;
}

/** TID 1004: a machine reports, and nobody else is named. */
function deviceObserver({ product }: ResultInput): readonly DataSet[] {
  return [
    code('HAS OBS CONTEXT', DCM.observerType, DCM.device),
    uidReference('HAS OBS CONTEXT', DCM.deviceUid, product.deviceUid),
    text('HAS OBS CONTEXT', DCM.deviceName, legibleText(product.name)),
    text('HAS OBS CONTEXT', DCM.deviceManufacturer, legibleText(product.manufacturer)),
    text('HAS OBS CONTEXT', DCM.deviceModel, legibleText(product.name)),
    text('HAS OBS CONTEXT', DCM.deviceSerial, legibleText(product.serialNumber)),
  ];
}

/** TID 1600. */
function imageLibrary(input: ResultInput): DataSet {
  const images = sourceInstances(input).map(({ sopClassUid, sopInstanceUid }) =>
    image('CONTAINS', undefined, instanceReference(sopClassUid, sopInstanceUid)),
  );
  return container('CONTAINS', DCM.imageLibrary, [
    container('CONTAINS', DCM.imageLibraryGroup, images),
  ]);
}
