import { codeItem } from '../dicom/code.js';
import { DataSet } from '../dicom/data-set.js';
import type { Keyword } from '../dicom/dictionary.js';
import { cleanText } from './clean-text.js';
import { codingSchemeIdentification } from './coding-scheme.js';
import { copyAttributes } from './copied-attributes.js';
import type { ResultKind } from '../values/result-kinds.js';
import { seriesInstanceUid, sopInstanceUid } from './identity.js';
import { RESULT_FORMS } from './kinds.js';
import type { ResultInput } from './result-input.js';
import { DCM } from './standard-codes.js';

export const RESEARCH_SENTENCE =
  'RESEARCH USE ONLY. Not a medical device. Not for diagnosis, treatment or triage of patients.';

/**
 * What every result has in common (dicom-objects.md §2.2): patient and study of the source, a series and an instance
 * of our own, our equipment, the scanner as contributing equipment, ISO_IR 192, and that it is research.
 */
export function commonAttributes(
  input: ResultInput,
  kind: ResultKind,
  instanceNumber = 1,
): DataSet {
  const { source, sourceInstance, product, createdAt } = input;
  const form = RESULT_FORMS[kind];
  const offset = timezone(source);
  const { date, time } = localDateTime(createdAt, offset);
  const dataSet = copyAttributes(source)
    .set('SpecificCharacterSet', 'ISO_IR 192')
    .set('InstanceCreationDate', date)
    .set('InstanceCreationTime', time)
    .set('InstanceCreatorUID', product.deviceUid)
    .set('SOPClassUID', form.sopClassUid)
    .set('SOPInstanceUID', sopInstanceUid(input, kind, instanceNumber))
    .set('StudyInstanceUID', sourceInstance.studyInstanceUid)
    .set('SeriesInstanceUID', seriesInstanceUid(input, kind, instanceNumber))
    .set('Modality', form.modality)
    .set('SeriesNumber', form.seriesNumber + instanceNumber - 1)
    .set('SeriesDate', date)
    .set('SeriesTime', time)
    .set('SeriesDescription', form.seriesDescription)
    .set('ContentDate', date)
    .set('ContentTime', time)
    .set('InstanceNumber', instanceNumber)
    .set('Manufacturer', product.manufacturer)
    .set('ManufacturerModelName', product.name)
    .set('DeviceSerialNumber', product.serialNumber)
    .set('SoftwareVersions', softwareVersions(input))
    .set('ContentQualification', 'RESEARCH')
    .set('CodingSchemeIdentificationSequence', codingSchemeIdentification())
    .set('ContributingEquipmentSequence', contributingEquipment(source));
  if (offset !== undefined) dataSet.set('TimezoneOffsetFromUTC', offset);
  return dataSet;
}

function softwareVersions({ product, findings }: ResultInput): readonly string[] {
  if (findings === undefined) return [product.version];
  const { name, version } = findings.modelSet;
  return [product.version, cleanText('LO', `${name} ${version}`) ?? version];
}

/** The scanner (PS3.3 C.12.1.1.5): in a derived object the equipment is ours. Manufacturer is Type 1 there. */
function contributingEquipment(source: DataSet): DataSet {
  const item = DataSet.of({
    PurposeOfReferenceCodeSequence: codeItem(DCM.acquisitionEquipment),
    Manufacturer: firstText(source, 'Manufacturer') ?? 'Unknown',
  });
  for (const keyword of ['ManufacturerModelName', 'DeviceSerialNumber'] as const) {
    const text = firstText(source, keyword);
    if (text !== undefined) item.set(keyword, text);
  }
  const versions = source
    .texts('SoftwareVersions')
    .flatMap((version) => cleanText('LO', version) ?? []);
  if (versions.length > 0) item.set('SoftwareVersions', versions);
  return item;
}

function firstText(source: DataSet, keyword: Keyword): string | undefined {
  const text = source.text(keyword);
  return text === undefined ? undefined : cleanText('LO', text);
}

/** PS3.3 C.12.1.1.8: ±HHMM. Only where the source says it: the dates that we copy are in its zone. */
function timezone(source: DataSet): string | undefined {
  const offset = source.text('TimezoneOffsetFromUTC');
  return offset !== undefined && /^[+-](0\d|1[0-4])[0-5]\d$/u.test(offset) ? offset : undefined;
}

/** DA and TM of an instant, in the source's zone or in UTC. */
export function localDateTime(
  instant: string,
  offset: string | undefined,
): { readonly date: string; readonly time: string } {
  const minutes =
    offset === undefined
      ? 0
      : Number(`${offset[0]!}1`) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3)));
  const iso = new Date(Date.parse(instant) + minutes * 60_000).toISOString();
  return {
    date: iso.slice(0, 10).replaceAll('-', ''),
    time: iso.slice(11, 19).replaceAll(':', ''),
  };
}

/** The item that refers to an instance (PS3.3 10.8). */
export function instanceReference(sopClassUid: string, sopInstanceUid: string): DataSet {
  return DataSet.of({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  });
}
