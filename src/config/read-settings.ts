import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { withSenders } from './destination.js';
import { CONFIG_PROBLEM_CODES, ConfigError, type ConfigProblem } from './problem.js';
import type { Setting } from './setting.js';
import { SETTINGS, type Settings } from './settings-manifest.js';
import { NO_TABLES, readTablesOf, type Tables } from './tables-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Adds what a `.env` file says to an environment. What the environment itself says wins: a service manager's word is
 * newer than a file's. A file that is not there adds nothing.
 */
export function withEnvFile(environment: Environment, path: string): Environment {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return environment;
  }
  return { ...parseEnv(content), ...environment };
}

/**
 * Reads and validates all settings, the tables file included.
 *
 * @throws ConfigError with every problem at once, each naming the setting and what it should be.
 */
export function readSettings(environment: Environment): Settings {
  const where = readTablesOf({
    tables: environment[SETTINGS.tables.variable]?.trim() ?? SETTINGS.tables.default,
    dataDir: environment[SETTINGS.dataDir.variable] ?? SETTINGS.dataDir.default,
  });
  const tables = 'tables' in where ? where.tables : NO_TABLES;
  const settings = settingsOver(environment, tables);
  if ('problems' in where) throw new ConfigError(where.problems);
  return settings;
}

/**
 * The settings of an environment with these tables: what the environment sets wins over the settings of the tables.
 *
 * @throws ConfigError as `readSettings`
 */
export function settingsOver(environment: Environment, tables: Tables): Settings {
  const problems: ConfigProblem[] = unknownSettings(environment);
  const given: Environment = { ...tables.settings, ...environment };
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const parsed = setting.kind.parse(given[setting.variable] ?? setting.default);
    if ('value' in parsed) values[name] = parsed.value;
    else {
      problems.push({
        code: CONFIG_PROBLEM_CODES.invalidValue,
        where: setting.variable,
        what: `${parsed.problem}; give ${setting.kind.form}`,
      });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return withTables(values as unknown as Settings, tables);
}

function withTables(settings: Settings, tables: Tables): Settings {
  const callers = [...settings.callers, ...tables.callers];
  const aeAddresses = [...settings.aeAddresses, ...tables.aeAddresses];
  const destinations = withSenders([...settings.destinations, ...tables.destinations], aeAddresses);
  const names = destinations.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw new ConfigError(
      [...new Set(twice)].map((name) => ({
        code: CONFIG_PROBLEM_CODES.duplicateDestination,
        where: SETTINGS.destinations.variable,
        what: `two destinations are named '${name}'; give each its own name`,
      })),
    );
  }
  const { notifications, deviceProfiles: profilesOfTables } = tables;
  return { ...settings, callers, destinations, aeAddresses, notifications, profilesOfTables };
}

function unknownSettings(environment: Environment): ConfigProblem[] {
  const known = new Set<string>(Object.values(SETTINGS).map(({ variable }) => variable));
  return Object.keys(environment)
    .filter((variable) => variable.startsWith('OCTRIAGE_') && !known.has(variable))
    .map((variable) => ({
      code: CONFIG_PROBLEM_CODES.unknownSetting,
      where: variable,
      what: `there is no such setting; did you mean ${nearest(variable, [...known])}?`,
    }));
}

function nearest(text: string, candidates: readonly string[]): string {
  return candidates.reduce((best, candidate) =>
    editDistance(text, candidate) < editDistance(text, best) ? candidate : best,
  );
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length]!;
}
