import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AE_TITLE_RULE, isAeTitle } from '../dicom/ae-title.js';
import { parseCaller, type Caller } from './caller.js';
import { DELIVERY_TERMS } from './delivery-terms.js';
import {
  COMMITMENT_ASSOCIATIONS,
  DESTINATION_NAME_RULE,
  isDestinationName,
  type AeAddress,
  type Destination,
  type SenderDestination,
} from './destination.js';
import { DEVICE_PROFILE_ENTRY, type DeviceProfileEntry } from './device-profile-entry.js';
import { NOTIFICATION_TARGET, type NotificationTarget } from './notification.js';
import { CONFIG_PROBLEM_CODES, type ConfigProblem } from './problem.js';
import type { Setting } from './setting.js';
import { SETTINGS } from './settings-manifest.js';
import { WEB_SERVICE } from './web-service.js';

const aeTitle = z.string().refine(isAeTitle, AE_TITLE_RULE);

const aeAddress = z.strictObject({
  aeTitle,
  host: z.string().min(1, 'a host name or address is needed'),
  port: z.int().min(1).max(65535),
  tls: z.boolean().optional(),
  serverName: z.string().min(1).optional(),
});

const named = {
  ...DELIVERY_TERMS,
  name: z.string().refine(isDestinationName, DESTINATION_NAME_RULE),
};
const commitment = z.enum(COMMITMENT_ASSOCIATIONS).optional();
/** What a row of `destinations` may hold, by the key that only this form has. */
export const DESTINATION_FORMS = {
  url: z.strictObject({ ...named, ...WEB_SERVICE }),
  toSender: z.strictObject({ ...named, toSender: z.literal(true), commitment }),
  aeTitle: z.strictObject({ ...named, ...aeAddress.shape, commitment }),
} as const;

/** Which form a row has follows from a key that only that form has; a union would say of a typing error only that no form fits. */
const destination = z.looseObject({}).transform((row, context): Destination | SenderDestination => {
  const form =
    'url' in row
      ? DESTINATION_FORMS.url
      : 'toSender' in row
        ? DESTINATION_FORMS.toSender
        : DESTINATION_FORMS.aeTitle;
  const parsed = form.safeParse(row);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues) {
    context.addIssue({ code: 'custom', message, path: [...path] });
  }
  return z.NEVER;
});

const tablesSchema = z.strictObject({
  callers: z
    .array(
      z.strictObject({ aeTitle: z.union([z.literal('*'), aeTitle]), from: z.string().optional() }),
    )
    .default([]),
  destinations: z.array(destination).default([]),
  aeAddresses: z.array(aeAddress).default([]),
  settings: z.record(z.string(), z.string()).default({}),
  notifications: z
    .array(NOTIFICATION_TARGET)
    .refine(
      (targets) => new Set(targets.map(({ name }) => name)).size === targets.length,
      'two notifications have one name; give each its own',
    )
    .default([]),
  deviceProfiles: z.array(DEVICE_PROFILE_ENTRY).default([]),
});

export interface Tables {
  readonly callers: readonly Caller[];
  readonly destinations: readonly (Destination | SenderDestination)[];
  readonly aeAddresses: readonly AeAddress[];
  /** Values of settings by variable, as the environment would give them; what the environment gives wins. */
  readonly settings: Readonly<Record<string, string>>;
  /** Who is told of what. */
  readonly notifications: readonly NotificationTarget[];
  /** Device profiles of this site, added to those of `OCTRIAGE_DEVICE_PROFILES`. */
  readonly deviceProfiles: readonly DeviceProfileEntry[];
}

export type TablesResult =
  { readonly tables: Tables } | { readonly problems: readonly ConfigProblem[] };

/** Of a node that has no tables file. */
export const NO_TABLES: Tables = {
  callers: [],
  destinations: [],
  aeAddresses: [],
  notifications: [],
  deviceProfiles: [],
  settings: {},
};

/** The file of the setting, or without one `tables.json` in the data folder, which the console makes at its first change. */
export function tablesFileOf({
  tables,
  dataDir,
}: {
  readonly tables: string;
  readonly dataDir: string;
}): string {
  return tables === '' ? join(dataDir, 'tables.json') : tables;
}

/** The tables of a node: those of its file; none where no file was named and none is there. */
export function readTablesOf(settings: Parameters<typeof tablesFileOf>[0]): TablesResult {
  const path = tablesFileOf(settings);
  return settings.tables === '' && !existsSync(path) ? { tables: NO_TABLES } : readTablesFile(path);
}

/** What the tables file sets of the settings; nothing where it cannot be used. */
export function settingsOfTables(where: Parameters<typeof tablesFileOf>[0]): Tables['settings'] {
  const read = readTablesOf(where);
  return 'tables' in read ? read.tables.settings : {};
}

/** Reads and validates the tables file as a whole: one wrong line and none of it is used. */
export function readTablesFile(path: string): TablesResult {
  try {
    return parseTables(readFileSync(path, 'utf8'), path);
  } catch {
    const what = 'cannot be read';
    return { problems: [{ code: CONFIG_PROBLEM_CODES.unreadableFile, where: path, what }] };
  }
}

/** Validates the content of a tables file; `path` names it in the problems. */
export function parseTables(text: string, path: string): TablesResult {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    const what = `is not JSON: ${error instanceof Error ? error.message : ''}`;
    return { problems: [{ code: CONFIG_PROBLEM_CODES.unreadableFile, where: path, what }] };
  }
  const parsed = tablesSchema.safeParse(content);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map((issue) => ({
        code: CONFIG_PROBLEM_CODES.invalidTables,
        where: `${path}: ${issue.path.map(String).join('.') || 'top level'}`,
        what: issue.message,
      })),
    };
  }
  const problems: ConfigProblem[] = [];
  const callers = parsed.data.callers.map(({ aeTitle: title, from }, index) => {
    const caller = parseCaller(from === undefined ? title : `${title}@${from}`);
    if ('value' in caller) return caller.value;
    problems.push({
      code: CONFIG_PROBLEM_CODES.invalidTables,
      where: `${path}: callers.${index}.from`,
      what: caller.problem,
    });
    return { aeTitle: title };
  });
  for (const [variable, value] of Object.entries(parsed.data.settings)) {
    const what = settingProblem(variable, value);
    if (what === undefined) continue;
    const where = `${path}: settings.${variable}`;
    problems.push({ code: CONFIG_PROBLEM_CODES.invalidTables, where, what });
  }
  return problems.length > 0 ? { problems } : { tables: { ...parsed.data, callers } };
}

function settingProblem(variable: string, value: string): string | undefined {
  const setting = Object.values<Setting<unknown>>(SETTINGS).find(
    (one) => one.variable === variable,
  );
  if (setting === undefined) return 'there is no such setting';
  if (setting.fixed !== undefined) return `this stands in the environment alone: ${setting.fixed}`;
  const parsed = setting.kind.parse(value);
  return 'problem' in parsed ? `${parsed.problem}; give ${setting.kind.form}` : undefined;
}
