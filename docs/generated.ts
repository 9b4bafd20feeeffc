import { observedIods } from '../conformance/observe-iods.js';
import { fixturesPage } from '../fixtures/catalogue/documentation.js';
import { statementFiles } from '../src/conformance/write-statement.js';
import { envExample, settingsPage } from '../src/config/documentation.js';
import { devicesPage } from '../src/devices/documentation.js';
import { capabilitiesPage } from './capabilities.js';
import { readSettings } from '../src/config/read-settings.js';
import { commandLinePage } from '../src/cli/documentation.js';
import { metricsPage } from './metrics-page.js';
import { errorsPage } from './errors-page.js';
import { housekeepingPage } from './housekeeping-page.js';

let observed: ReturnType<typeof observedIods> | undefined;
/** Observed once: it takes a second. */
function iods() {
  return (observed ??= observedIods());
}

/** The files that are made from tables: path from the repository root → content. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  '.env.example': envExample,
  'docs/reference/devices.md': devicesPage,
  'docs/reference/fixtures.md': fixturesPage,
  'docs/reference/settings.md': settingsPage,
  'docs/reference/errors.md': errorsPage,
  'docs/reference/capabilities.md': capabilitiesPage,
  'docs/reference/command-line.md': commandLinePage,
  'docs/reference/metrics.md': metricsPage,
  'docs/reference/housekeeping.md': housekeepingPage,
  'conformance/iods.json': () => `${JSON.stringify(iods(), undefined, 1)}\n`,
  ...Object.fromEntries(
    ['statement.md', 'statement.html', 'statement.json'].map((name) => [
      `conformance/${name}`,
      () => statementFiles(readSettings({}), iods())[name] ?? '',
    ]),
  ),
};
