import { readSettings, withEnvFile } from '../config/read-settings.js';
import type { Settings } from '../config/settings-manifest.js';

/** The settings of this machine: the process's environment over `.env` in the working folder. */
export function settingsOfThisMachine(): Settings {
  return readSettings(withEnvFile(process.env, '.env'));
}
