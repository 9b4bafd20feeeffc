import { fileURLToPath } from 'node:url';
import type { Settings } from './config/settings-manifest.js';

/** The folder of the model set: the configured one, or the one that comes with the program. */
export function modelsFolder(settings: Settings): string {
  return settings.models === ''
    ? fileURLToPath(new URL('../models', import.meta.url))
    : settings.models;
}
