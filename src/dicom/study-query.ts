import type { JsonDataSet } from './dicom-json.js';
import type { QueryLevel } from './query-levels.js';
import type { ValueRepresentation } from './value-representation.js';

/** One attribute to match (PS3.4 C.2.2.2), of the level that it belongs to. */
export interface MatchingKey {
  readonly level: QueryLevel;
  /** Eight hexadecimal digits. */
  readonly tag: string;
  readonly vr: ValueRepresentation;
  readonly value: string;
}

export interface Search {
  readonly level: QueryLevel;
  readonly keys: readonly MatchingKey[];
  /** Modalities in Study (0008,0061), matched against the series. */
  readonly modalitiesInStudy?: string;
  readonly limit: number;
  readonly offset: number;
}

/** Attributes of a match, level by level down to that of the search, and what is counted. */
export interface Match {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
  readonly attributes: Readonly<Partial<Record<QueryLevel, JsonDataSet>>>;
  readonly studySeries: number;
  readonly studyInstances: number;
  readonly seriesInstances: number;
  readonly modalities: readonly string[];
}
