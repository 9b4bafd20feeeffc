import { withWorkitems } from '../archive/archive.js';
import { eventMeaning } from '../archive/events.js';
import { withOperatorArchive, type OperatorArchive } from '../archive/operator-archive.js';
import type { ScanRecord } from '../archive/scan-view.js';
import type { Settings } from '../config/settings-manifest.js';
import type { StoredFiles } from '../console/ports.js';
import { scanDetail } from '../console/scan-summary.js';
import { storedFiles } from '../joints/console-files.js';
import { deviceProfiles } from '../device-profiles.js';
import { parseCommandLine } from './arguments.js';
import { commandAudit } from './audit.js';
import { EXIT_CODES, JSON_OPTION, misused, print, printJson, UsageError } from './commands.js';
import type { Command, CommandOptions } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { operatorName, REASON_OPTION, reasonOf } from './operator.js';
import { progressBar } from './progress.js';
import { scanLine, scanLines } from './scan-lines.js';
import { copyObjects, objectsOf } from './scan-objects.js';
import { scanSelection, SELECTION_OPTIONS, selectScans } from './scan-selection.js';

const OPTIONS = {
  ...SELECTION_OPTIONS,
  to: { type: 'string', value: 'FOLDER', help: 'get: where to' },
  reason: { ...REASON_OPTION, help: 'first: why, for the record' },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

/**
 * `octriage scans …`: the scans as the console shows them. Names and numbers of patients are never printed, nor what
 * peers said of objects: what a terminal shows is kept in scrollbacks, logs and tickets (promise 3, decision 129).
 */
export const scans: Command = {
  name: 'scans',
  form: 'scans [list | show ID | get ID [KIND|UID|source]... --to FOLDER | first ID --reason TEXT] [--json]',
  help: 'the scans, what was decided and where they stand; the life and report of one; its objects as files; one first. No patient is named: names stand in the objects alone',
  actions: { list: 'shows', show: 'accesses', get: 'accesses', first: 'operates' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', id, ...wanted] = positionals;
    const act = ACTIONS[action];
    if (
      act === undefined ||
      (id !== undefined) !== act.ofOne ||
      (wanted.length > 0 && action !== 'get')
    ) {
      throw misused(scans);
    }
    const settings = settingsOfThisMachine();
    const { value, lines } = await withOperatorArchive(settings.dataDir, async (archive) => {
      const profiles = deviceProfiles(settings);
      const files = storedFiles(archive, () => profiles);
      return act.run({ archive, files, settings, values, wanted }, id ?? '');
    });
    if (values.json === true) printJson(value);
    else for (const line of lines) print(line);
    return EXIT_CODES.done;
  },
};

interface Given {
  readonly archive: OperatorArchive;
  readonly files: StoredFiles;
  readonly settings: Settings;
  readonly values: Readonly<Partial<Record<Exclude<keyof typeof OPTIONS, 'json'>, string>>>;
  readonly wanted: readonly string[];
}

interface Said {
  readonly value: unknown;
  readonly lines: readonly string[];
}

const ACTIONS: Readonly<
  Record<
    string,
    {
      readonly ofOne: boolean;
      run(given: Given, id: string): Promise<Said>;
    }
  >
> = {
  list: {
    ofOne: false,
    async run({ archive, files, values }) {
      const found = await selectScans(archive.scanView, files, scanSelection(values));
      const lines = found.length === 0 ? ['no scans'] : found.map(scanLine);
      return { value: { scans: found }, lines };
    },
  },
  show: {
    ofOne: true,
    async run({ archive, files }, id) {
      const scan = await scanOf(archive, id);
      const sources = { ledger: archive.scanView, files, eventMeaning };
      const detail = await scanDetail(scan, sources, false);
      await tellAccess(scan, files);
      return { value: detail, lines: scanLines(detail) };
    },
  },
  get: {
    ofOne: true,
    async run({ archive, files, values, wanted }, id) {
      const { to } = values;
      if (to === undefined) throw new UsageError('scans get needs --to FOLDER');
      const scan = await scanOf(archive, id);
      const source = await archive.acquisitions.find(id, scan.revision);
      const objects = objectsOf(scan, source, wanted);
      await tellAccess(scan, files);
      const progress = progressBar('objects');
      const copied = await copyObjects(objects, to, (done, of) => {
        progress.show(done, of);
      });
      progress.clear();
      return { value: { scan: id, objects: copied }, lines: copied.map(({ path }) => path) };
    },
  },
  first: {
    ofOne: true,
    async run({ archive, settings: { dataDir, maxAttempts }, values }, id) {
      const reason = `${operatorName()}: ${reasonOf(values)}`;
      const { work } = await scanOf(archive, id);
      await withWorkitems(dataDir, maxAttempts, (workitems) =>
        workitems.prioritise(work.uid, 1, reason),
      );
      return {
        value: { scan: id, priority: 1 },
        lines: [`${id} goes first, and so will its results`],
      };
    },
  },
};

async function scanOf({ scanView }: OperatorArchive, id: string): Promise<ScanRecord> {
  const scan = await scanView.find(id);
  if (scan === undefined) throw new UsageError(`there is no scan '${id}'; see octriage scans`);
  return scan;
}

async function tellAccess(scan: ScanRecord, files: StoredFiles): Promise<void> {
  const audit = commandAudit();
  if (audit === undefined) return;
  const header = await files.header(scan.arrival.path);
  audit((trail) => trail.accessed(scan.studyInstanceUid, header?.patient.id));
}
