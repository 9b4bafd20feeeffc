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
  /** Does a changed value wait for the next start? */
  readonly restart: boolean;
  /** Why the tables file may not hold it; absent: it may, and the console changes it there. */
  readonly fixed?: string;
}

/** What few settings have. */
export type SettingTraits = Partial<Pick<Setting<unknown>, 'restart' | 'fixed'>>;

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
  traits: SettingTraits = {},
): Setting<T> {
  const row = { group, variable, kind, default: defaultText, help, restart: true, ...traits };
  return unit === undefined ? row : { ...row, unit };
}
