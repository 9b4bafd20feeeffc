import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DeviceProfileEntry } from '../config/device-profile-entry.js';
import { CONFIG_PROBLEM_CODES, ConfigError, type ConfigProblem } from '../config/problem.js';
import type { DeviceProfile } from '../values/device-profile.js';
import { PROFILE_SCHEMA } from './profile-schema.js';
import { PROFILES } from './profiles.js';

type Json = Readonly<Record<string, unknown>>;

/** Parts of a profile that a site's file may change in part; anything else is replaced as a whole. */
const MERGED_PARTS = ['match', 'geometry', 'intensity', 'quality'] as const;

/** The device profiles of the tables file, and its path. */
export interface ProfilesOfTables {
  readonly file: string;
  readonly entries: readonly DeviceProfileEntry[];
}

/**
 * The profiles of this node: those of the program, those of the site's JSON file, or of every `*.json` of its folder, and
 * those of the tables file. A file holds one profile or a list; `basedOn` names the profile that it starts from, so that
 * only what differs must be written. A profile with the id of one of the program takes its place. `path` may be empty:
 * no file.
 *
 * @throws ConfigError with every problem of every file.
 */
export function siteProfiles(path: string, tables?: ProfilesOfTables): readonly DeviceProfile[] {
  const problems: ConfigProblem[] = [];
  const own = new Map<string, DeviceProfile>();
  const add = (file: string, profiles: readonly DeviceProfile[]): void => {
    for (const profile of profiles) {
      const { siteFile } = own.get(profile.id) ?? {};
      if (siteFile !== undefined)
        problems.push(invalid(file, profile.id, `is written twice; see ${siteFile}`));
      own.set(profile.id, profile);
    }
  };
  if (path !== '') {
    for (const file of filesAt(path, problems)) add(file, readFile(file, problems));
  }
  if (tables) add(tables.file, readProfiles(tables.entries, tables.file, problems));
  if (own.size === 0 && problems.length === 0) return PROFILES;
  if (problems.length > 0) throw new ConfigError(problems);
  const known = new Set(PROFILES.map(({ id }) => id));
  return [
    ...PROFILES.map((profile) => own.get(profile.id) ?? profile),
    ...[...own.values()].filter(({ id }) => !known.has(id)),
  ];
}

function filesAt(path: string, problems: ConfigProblem[]): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path).filter((name) => name.endsWith('.json'));
    return files.sort().map((name) => join(path, name));
  } catch {
    problems.push(unreadable(path, 'cannot be read; give a JSON file or a folder of them'));
    return [];
  }
}

function readFile(file: string, problems: ConfigProblem[]): readonly DeviceProfile[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const what = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read';
    problems.push(unreadable(file, what));
    return [];
  }
  return readProfiles(Array.isArray(content) ? content : [content], file, problems);
}

function readProfiles(
  entries: readonly unknown[],
  file: string,
  problems: ConfigProblem[],
): readonly DeviceProfile[] {
  return entries.flatMap((entry, index) => {
    if (typeof entry !== 'object' || entry === null) {
      problems.push(invalid(file, String(index), 'is not a profile'));
      return [];
    }
    return readProfile(entry as Json, file, problems);
  });
}

function readProfile(entry: Json, file: string, problems: ConfigProblem[]): DeviceProfile[] {
  const { basedOn, ...changes } = entry;
  const name = typeof entry['id'] === 'string' ? entry['id'] : '(profile without id)';
  const base = PROFILES.find(({ id }) => id === basedOn);
  if (basedOn !== undefined && base === undefined) {
    const known = PROFILES.map(({ id }) => id).join(', ');
    problems.push(invalid(file, `${name}.basedOn`, `names no profile of the program: ${known}`));
    return [];
  }
  const merged = { ...base, ...changes, siteFile: basename(file) };
  const parts = Object.fromEntries(
    MERGED_PARTS.flatMap((part) => {
      const own = mergedPart(base?.[part], changes[part]);
      return own === undefined ? [] : [[part, own] as const];
    }),
  );
  const parsed = PROFILE_SCHEMA.safeParse({ ...merged, ...parts });
  if (parsed.success) return [parsed.data];
  for (const { path, message } of parsed.error.issues)
    problems.push(invalid(file, [name, ...path].map(String).join('.'), message));
  return [];
}

function mergedPart(base: object | undefined, changes: unknown): unknown {
  if (changes === undefined) return base;
  return typeof changes === 'object' ? { ...base, ...changes } : changes;
}

function invalid(file: string, where: string, what: string): ConfigProblem {
  return { code: CONFIG_PROBLEM_CODES.invalidProfile, where: `${file}: ${where}`, what };
}

function unreadable(where: string, what: string): ConfigProblem {
  return { code: CONFIG_PROBLEM_CODES.unreadableFile, where, what };
}
