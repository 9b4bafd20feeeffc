import { DICTIONARY, type Keyword } from './dictionary.js';

/** The levels of the query model (PS3.4 C.6.2, with the patient's attributes at the study). */
export const QUERY_LEVELS = ['study', 'series', 'instance'] as const;
export type QueryLevel = (typeof QUERY_LEVELS)[number];

/** Which attributes belong to a study and to a series (PS3.18 Tables 10.6.3-3 and 10.6.3-4); all others to an instance. */
export const ATTRIBUTES_OF_LEVEL = {
  study: [
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'ReferringPhysicianName',
    'StudyDescription',
    'TimezoneOffsetFromUTC',
    'PatientName',
    'PatientID',
    'IssuerOfPatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyID',
  ],
  series: [
    'Modality',
    'SeriesDate',
    'SeriesTime',
    'Manufacturer',
    'InstitutionName',
    'StationName',
    'ManufacturerModelName',
    'SeriesDescription',
    'SeriesInstanceUID',
    'SeriesNumber',
    'Laterality',
    'ProtocolName',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
  ],
} as const satisfies Record<Exclude<QueryLevel, 'instance'>, readonly Keyword[]>;

const LEVEL_BY_TAG: ReadonlyMap<number, QueryLevel> = new Map(
  (['study', 'series'] as const).flatMap((level) =>
    ATTRIBUTES_OF_LEVEL[level].map((keyword) => [DICTIONARY[keyword].tag, level] as const),
  ),
);

export function levelOf(tag: number): QueryLevel {
  return LEVEL_BY_TAG.get(tag) ?? 'instance';
}
