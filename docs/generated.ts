import { fixturesPage } from '../fixtures/catalogue/documentation.js';
import { envExample, settingsPage } from '../src/config/documentation.js';
import { devicesPage } from '../src/devices/documentation.js';
import { capabilitiesPage } from './capabilities.js';
import { errorsPage } from './errors-page.js';

/** The files that are made from tables: path from the repository root → content. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  '.env.example': envExample,
  'docs/reference/devices.md': devicesPage,
  'docs/reference/fixtures.md': fixturesPage,
  'docs/reference/settings.md': settingsPage,
  'docs/reference/errors.md': errorsPage,
  'docs/reference/capabilities.md': capabilitiesPage,
};
