/** One criterion, measured against its threshold. */
export interface QualityCriterion {
  /** Stable, e.g. 'Q08'. */
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
