import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Archive } from '../archive/archive.js';
import { syncFolder, writeFileDurably } from '../archive/durable-file.js';
import { ConfigError, formatProblem } from '../config/problem.js';
import { settingsOver, type Environment } from '../config/read-settings.js';
import type { Settings } from '../config/settings-manifest.js';
import { NO_TABLES, parseTables, tablesFileOf, type Tables } from '../config/tables-file.js';
import { readTlsCredentials } from '../config/tls-credentials.js';
import type { TablesVersionRow } from '../console/model.js';
import type { ChangeNote, TablesNow, TablesPort } from '../console/tables.js';
import { deviceProfiles } from '../device-profiles.js';

/**
 * The tables file of the node, for the console and the command line: validated as a whole before a byte is written, put
 * in place by one rename, kept in the ledger with who and why. A change that somebody made in the file itself is kept
 * too, as theirs, before it is written over. Of two changes at the same time, by whomever, the second is made anew on
 * what the first left (decision 128).
 * @param onChange what follows a change at once; a node that runs sees the file by itself within two seconds
 */
export function tablesPort(
  settings: Settings,
  environment: Environment,
  { tablesHistory }: Pick<Archive, 'tablesHistory'>,
  onChange: (tables: Tables) => void = () => undefined,
): TablesPort {
  const path = tablesFileOf(settings);
  const textNow = (): string => (existsSync(path) ? readFileSync(path, 'utf8') : textOf(NO_TABLES));
  const now = (text: string): TablesNow => {
    const parsed = parseTables(text, path);
    return { tables: 'tables' in parsed ? parsed.tables : NO_TABLES, digest: digestOf(text) };
  };

  /** False where the file does not hold `found` any more. */
  async function replace(found: string, content: string, note: ChangeNote): Promise<boolean> {
    await mkdir(dirname(path), { recursive: true });
    const ready = `${path}.${randomUUID()}`;
    await writeFileDurably(ready, `${ready}.part`, Buffer.from(content));
    const put = () => rename(ready, path);
    const file = { empty: textOf(NO_TABLES), read: textNow, put };
    try {
      if (!(await tablesHistory.replace({ ...note, content }, found, file))) return false;
    } finally {
      await rm(ready, { force: true });
    }
    await syncFolder(dirname(path));
    return true;
  }

  /** What is wrong with the node's whole configuration once it has these tables. */
  function problemsWith(tables: Tables): readonly string[] {
    try {
      const whole = settingsOver(environment, tables);
      readTlsCredentials(whole);
      deviceProfiles(whole);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(formatProblem);
      throw error;
    }
  }

  return {
    read: () => now(textNow()),
    async change({ who, why }: ChangeNote, make) {
      for (;;) {
        const found = textNow();
        const wanted = await make(now(found));
        const parsed = parseTables(JSON.stringify(wanted ?? null), 'tables');
        if ('problems' in parsed) return parsed.problems.map(formatProblem);
        const problems = problemsWith(parsed.tables);
        if (problems.length > 0) return problems;
        if (await replace(found, textOf(parsed.tables), { who, why })) {
          onChange(parsed.tables);
          return [];
        }
      }
    },
    async versions() {
      const text = textNow();
      const versions = await tablesHistory.list();
      const current = versions.find(({ content }) => content === text)?.id;
      return versions.map(({ id, at, who, why, content }): TablesVersionRow => ({
        id,
        at: new Date(at).toISOString(),
        who,
        why,
        holds: wordsOf(content),
        current: id === current,
      }));
    },
    async version(id) {
      const found = Number.isSafeInteger(id) ? await tablesHistory.find(id) : undefined;
      return found === undefined ? undefined : (JSON.parse(found.content) as unknown);
    },
  };
}

function textOf(tables: Tables): string {
  return `${JSON.stringify(tables, null, 2)}\n`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function wordsOf(content: string): string {
  const parsed = parseTables(content, 'tables');
  if ('problems' in parsed) return 'not a valid table';
  const {
    callers,
    destinations,
    aeAddresses,
    notifications,
    deviceProfiles: profiles,
    settings,
  } = parsed.tables;
  const list = (name: string, entries: readonly string[]): readonly string[] =>
    entries.length === 0 ? [] : [`${name}: ${entries.join(', ')}`];
  const said = [
    ...list(
      'callers',
      callers.map(({ aeTitle, from }) => (from === undefined ? aeTitle : `${aeTitle}@${from}`)),
    ),
    ...list(
      'destinations',
      destinations.map(({ name }) => name),
    ),
    ...list(
      'addresses',
      aeAddresses.map(({ aeTitle }) => aeTitle),
    ),
    ...list(
      'notifications',
      notifications.map(({ name }) => name),
    ),
    ...list(
      'device profiles',
      profiles.map(({ id }) => id),
    ),
    ...list(
      'settings',
      Object.entries(settings).map(([variable, value]) => `${variable}=${value}`),
    ),
  ];
  return said.length === 0 ? 'empty' : said.join('; ');
}
