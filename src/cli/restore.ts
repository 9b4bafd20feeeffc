import { openArchive } from '../archive/archive.js';
import { restoreLedger } from '../archive/backup.js';
import { rebuildLedger } from '../archive/rebuild.js';
import type { Settings } from '../config/settings-manifest.js';
import { parseCommandLine } from './arguments.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  print,
  printError,
  printJson,
  UsageError,
  type Command,
  type ExitCode,
} from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { progressBar } from './progress.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage restore FILE`: a backup in the place of the ledger, and what came after it from the archive. */
export const restore: Command = {
  name: 'restore',
  form: 'restore FILE [--json]',
  help: 'puts a backup in the place of the ledger, back what is missing of the files in it, and on record what was received after it; the node must not run',
  use: 'operates',
  options: OPTIONS,
  files: true,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('restore needs one file');
    const settings = settingsOfThisMachine();
    const { replaced, files } = await restoreLedger(settings.dataDir, file);
    if (values.json) return rebuildFromFiles(settings, { oldLedger: replaced ?? null, files });
    print(replaced === undefined ? 'There was no ledger.' : `The old ledger is now ${replaced}.`);
    if (files.length > 0) print(`Put back: ${files.join(', ')}.`);
    return rebuildFromFiles(settings);
  },
};

/** `octriage rebuild`: files of the archive that the ledger does not know are put on record. */
export const rebuild: Command = {
  name: 'rebuild',
  form: 'rebuild [--json]',
  help: 'puts files of the archive on record that the ledger does not know; they are read and delivered anew; the node must not run',
  use: 'operates',
  options: OPTIONS,
  run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError('rebuild takes no arguments');
    return rebuildFromFiles(settingsOfThisMachine(), values.json === true ? {} : undefined);
  },
};

/** @param json what else stands in the JSON that is printed; sentences where it is left out */
async function rebuildFromFiles(settings: Settings, json?: object): Promise<ExitCode> {
  const { dataDir, maxAttempts } = settings;
  const archive = openArchive({ dataDir, maxAttempts, minimumFreeBytes: 0 });
  const progress = progressBar('files');
  try {
    const { added, known, left } = await rebuildLedger(archive, (done, of) => {
      progress.show(done, of);
    });
    progress.clear();
    if (json !== undefined) printJson({ ...json, added, known, left });
    else {
      for (const { path, reason } of left) printError(`${path}: ${reason}`);
      print(`${added} objects put on record, ${known} were, ${left.length} left.`);
    }
    return left.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
  } finally {
    await archive.close();
  }
}
