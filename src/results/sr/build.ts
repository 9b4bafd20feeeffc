import { DataSet } from '../../dicom/data-set.js';
import { encodePart10 } from '../../dicom/part10.js';
import { SOP_CLASSES } from '../../dicom/uids.js';
import type { ResultObject } from '../../values/result-objects.js';
import { commonAttributes, instanceReference } from '../common-attributes.js';
import { seriesInstanceUid, sopInstanceUid } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { segmentsOf } from '../segments.js';
import { bySeries, sourceInstances } from '../source-frames.js';
import { DCM, LANGUAGE_EN, SCT } from '../standard-codes.js';
import { code, container, image, text, uidReference } from './content-item.js';
import { legibleText } from './legible-text.js';
import { measurementGroups } from './measurement-groups.js';

/**
 * The report: a Comprehensive 3D SR of template TID 1500 (PS3.16), the tree of dicom-objects.md §2.7. A scan that was
 * not assessed has a whole report too: with its coded reasons, and without what was not made. Throws DicomError on a
 * value that may not be written.
 */
export function buildReport(input: ResultInput): ResultObject {
  const dataSet = reportDataSet(input);
  return {
    kind: 'report',
    sopClassUid: SOP_CLASSES.comprehensive3dSr.uid,
    sopInstanceUid: dataSet.text('SOPInstanceUID')!,
    seriesInstanceUid: dataSet.text('SeriesInstanceUID')!,
    bytes: encodePart10(dataSet),
  };
}

/** The data set of `buildReport`, before it is encoded. */
export function reportDataSet(input: ResultInput): DataSet {
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
  const report = commonAttributes(input, 'report', SOP_CLASSES.comprehensive3dSr.uid)
    .set('ReferencedPerformedProcedureStepSequence', [])
    .set('PerformedProcedureCodeSequence', [])
    .set('CompletionFlag', 'COMPLETE')
    .set('VerificationFlag', 'UNVERIFIED')
    .set('PreliminaryFlag', 'PRELIMINARY')
    .set('CurrentRequestedProcedureEvidenceSequence', evidence(input));
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

/** Every instance that the tree refers to, by study and series (PS3.3 C.17.2.3). */
function evidence(input: ResultInput): DataSet {
  const { sourceInstance } = input;
  const series = (seriesUid: string, references: readonly DataSet[]): DataSet =>
    DataSet.of({ SeriesInstanceUID: seriesUid, ReferencedSOPSequence: references });
  const references = [...bySeries(sourceInstances(input))].map(([seriesUid, instances]) =>
    series(
      seriesUid,
      instances.map((one) => instanceReference(one.sopClassUid, one.sopInstanceUid)),
    ),
  );
  if (segmentsOf(input).length > 0) {
    references.push(
      series(seriesInstanceUid(input, 'segmentation'), [
        instanceReference(SOP_CLASSES.segmentation.uid, sopInstanceUid(input, 'segmentation')),
      ]),
    );
  }
  return DataSet.of({
    StudyInstanceUID: sourceInstance.studyInstanceUid,
    ReferencedSeriesSequence: references,
  });
}
