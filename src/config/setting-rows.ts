import type { Environment } from './read-settings.js';
import type { SettingInput } from './setting-kinds.js';
import type { Setting } from './setting.js';
import { SETTINGS } from './settings-manifest.js';

/** A setting as `octriage check --json` and the console's form show it. */
export interface SettingRow {
  readonly variable: string;
  readonly group: string;
  readonly help: string;
  readonly form: string;
  readonly input?: SettingInput;
  readonly unit?: string;
  readonly default: string;
  /** In force. */
  readonly value: string;
  readonly origin: 'environment' | 'file' | 'default';
  readonly restart: boolean;
  /** Why the tables file may not hold it. */
  readonly fixed?: string;
  /** What will be in force after a restart; absent where it is so already. */
  readonly waiting?: string;
}

/** Hashes of passwords are no use to who reads them, and of much use to who should not. */
const SECRET: readonly string[] = [SETTINGS.users.variable];
const HIDDEN = 'set, not shown';

/**
 * Every setting with its value.
 * @param file the settings of the tables file as they are now
 * @param started as they were when the node started
 */
export function settingRows(
  environment: Environment,
  file: Environment,
  started: Environment = file,
): readonly SettingRow[] {
  return Object.values<Setting<unknown>>(SETTINGS).map((setting) => {
    const { variable, group, help, kind, unit, default: byDefault, restart, fixed } = setting;
    const own = environment[variable];
    const next = own ?? file[variable] ?? byDefault;
    const value = restart ? (own ?? started[variable] ?? byDefault) : next;
    const secret = SECRET.includes(variable) && value !== '';
    return {
      variable,
      group,
      help,
      form: kind.form,
      ...(kind.input && { input: kind.input }),
      ...(unit !== undefined && { unit }),
      default: byDefault,
      value: secret ? HIDDEN : value,
      origin: own !== undefined ? 'environment' : file[variable] !== undefined ? 'file' : 'default',
      restart,
      ...(fixed !== undefined && { fixed }),
      ...(next !== value && { waiting: next }),
    };
  });
}
