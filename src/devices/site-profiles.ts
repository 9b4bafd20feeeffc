import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CONFIG_PROBLEM_CODES, ConfigError, type ConfigProblem } from '../config/problem.js';
import type { DeviceProfile } from '../values/device-profile.js';
import { PROFILE_SCHEMA } from './profile-schema.js';
import { PROFILES } from './profiles.js';

type Json = Readonly<Record<string, unknown>>;

/** Parts of a profile that a site's file may change in part; anything else is replaced as a whole. */
const MERGED_PARTS = ['match', 'geometry', 'intensity', 'quality'] as const;

/**
 * The profiles of this node: those of the program, and those of the site's JSON file, or of every `*.json` of its
 * folder. A file holds one profile or a list; `basedOn` names the profile that it starts from, so that only what differs
 * must be written. A profile with the id of a known one takes its place. `path` may be empty: the program's alone.
 *
 * @throws ConfigError with every problem of every file.
 */
export function siteProfiles(path: string): readonly DeviceProfile[] {
  if (path === '') return PROFILES;
  const problems: ConfigProblem[] = [];
  const own = new Map<string, DeviceProfile>();
  for (const file of filesAt(path, problems)) {
    for (const profile of readFile(file, problems)) {
      if (own.has(profile.id)) problems.push(invalid(file, profile.id, 'is written twice'));
      own.set(profile.id, profile);
    }
  }
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
  const entries: readonly unknown[] = Array.isArray(content) ? content : [content];
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
