/** One criterion, measured against its threshold. */
export interface QualityCriterion {
  readonly name: string;
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
  readonly passed: boolean;
}

/** Can this volume be read? */
export interface QualityReport {
  readonly assessable: boolean;
  readonly grade: 'acceptable' | 'poor' | 'not-assessable';
  readonly criteria: readonly QualityCriterion[];
  /** What the operator may do about it, empty where nothing. */
  readonly advice: string;
}
