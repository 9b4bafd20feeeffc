import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Archive } from './archive/archive.js';
import { writeFileDurably } from './archive/durable-file.js';
import { ConfigError, formatProblem } from './config/problem.js';
import { settingsOver, type Environment } from './config/read-settings.js';
import type { Settings } from './config/settings-manifest.js';
import {
  NO_TABLES,
  parseTables,
  readTablesOf,
  tablesFileOf,
  type Tables,
} from './config/tables-file.js';
import { readTlsCredentials } from './config/tls-credentials.js';
import type { TablesVersionRow } from './console/model.js';
import type { ChangeNote, TablesPort } from './console/tables.js';
import { deviceProfiles } from './device-profiles.js';

/**
 * The tables file of the node, for the console and the command line: validated as a whole before a byte is written, put
 * in place by one rename, kept in the ledger with who and why. A change that somebody made in the file itself is kept
 * too, as theirs, before it is written over.
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
  const tablesNow = (): Tables => {
    const read = readTablesOf(settings);
    return 'tables' in read ? read.tables : NO_TABLES;
  };

  async function keepForeignChange(): Promise<void> {
    const content = textNow();
    const [last] = await tablesHistory.list(1);
    if (last?.content === content || (last === undefined && content === textOf(NO_TABLES))) return;
    await tablesHistory.record({ who: 'the file', why: 'changed outside the console', content });
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
    read: () => ({ tables: tablesNow(), digest: digestOf(textNow()) }),
    async write(tables: unknown, { who, why }: ChangeNote) {
      const parsed = parseTables(JSON.stringify(tables ?? null), 'tables');
      if ('problems' in parsed) return parsed.problems.map(formatProblem);
      const problems = problemsWith(parsed.tables);
      if (problems.length > 0) return problems;
      await keepForeignChange();
      const content = textOf(parsed.tables);
      await mkdir(dirname(path), { recursive: true });
      await writeFileDurably(path, `${path}.${randomUUID()}`, Buffer.from(content));
      await tablesHistory.record({ who, why, content });
      onChange(parsed.tables);
      return [];
    },
    async versions() {
      const now = textNow();
      const versions = await tablesHistory.list();
      const current = versions.find(({ content }) => content === now)?.id;
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
