/** The criteria, by the codes that stand in reports; `quality/criteria.ts` says what they measure. */
export const QUALITY_CODES = [
  'Q01',
  'Q02',
  'Q03',
  'Q04',
  'Q05',
  'Q06',
  'Q07',
  'Q08',
  'Q09',
  'Q10',
  'Q11',
  'Q12',
] as const;

export type QualityCode = (typeof QUALITY_CODES)[number];

/** All within `excellent`: excellent; beyond `acceptable`: poor; beyond `assessable`: no decision. */
export interface QualityLimits {
  readonly excellent: number;
  readonly acceptable: number;
  readonly assessable: number;
}

/** Limits of a device where they differ from those for all devices. */
export type DeviceQualityLimits = Readonly<Partial<Record<QualityCode, Partial<QualityLimits>>>>;

/** One criterion, measured against its threshold. */
export interface QualityCriterion {
  /** One of QUALITY_CODES. */
  readonly code: string;
  readonly name: string;
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
  readonly passed: boolean;
}

/** Can this volume be read? */
export interface QualityReport {
  readonly assessable: boolean;
  readonly grade: 'excellent' | 'acceptable' | 'poor' | 'not-assessable';
  readonly criteria: readonly QualityCriterion[];
  /** What the operator may do about it, empty where nothing. */
  readonly advice: string;
}
