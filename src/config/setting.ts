import type { SettingKind } from './setting-kinds.js';

/** One setting: everything that validation, `.env.example` and the documentation say of it. */
export interface Setting<T> {
  /** The environment variable. */
  readonly variable: `OCTRIAGE_${string}`;
  readonly kind: SettingKind<T>;
  /** As it would stand in the environment. */
  readonly default: string;
  readonly unit?: string;
  readonly group: SettingGroup;
  readonly help: string;
}

export type SettingGroup =
  | 'Node'
  | 'Network'
  | 'TLS'
  | 'HTTP'
  | 'Assembly'
  | 'Inference'
  | 'Delivery'
  | 'Commitment'
  | 'Housekeeping'
  | 'Audit'
  | 'Traces'
  | 'Timers';

/** One row of the settings manifest. */
export function setting<T>(
  group: SettingGroup,
  variable: Setting<T>['variable'],
  kind: SettingKind<T>,
  defaultText: string,
  help: string,
  unit?: string,
): Setting<T> {
  return { group, variable, kind, default: defaultText, help, ...(unit !== undefined && { unit }) };
}
