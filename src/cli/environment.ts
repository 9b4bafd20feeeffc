import { readSettings, withEnvFile, type Environment } from '../config/read-settings.js';
import type { Settings } from '../config/settings-manifest.js';

/** The process's environment over `.env` in the working folder. */
export function environmentOfThisMachine(): Environment {
  return withEnvFile(process.env, '.env');
}

/** The settings of this machine. */
export function settingsOfThisMachine(): Settings {
  return readSettings(environmentOfThisMachine());
}
