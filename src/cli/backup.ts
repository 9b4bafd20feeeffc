import { join } from 'node:path';
import { backUpLedger, backupName } from '../archive/backup.js';
import { backupFolder } from '../joints/housekeeping-table.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { progressBar } from './progress.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage backup`: a copy of the ledger as it is now, and of the small files beside it; the node may run. */
export const backup: Command = {
  name: 'backup',
  form: 'backup [FILE] [--json]',
  help: 'copies the ledger, tables.json, model-sets.json and installation.uid into a file, while the node runs or not',
  use: 'operates',
  options: OPTIONS,
  files: true,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [file, ...more] = positionals;
    if (more.length > 0) throw new UsageError('backup takes one file');
    const settings = settingsOfThisMachine();
    const target = file ?? join(backupFolder(settings), backupName(Date.now()));
    const progress = progressBar('pages');
    await backUpLedger(settings.dataDir, target, (done, of) => {
      progress.show(done, of);
    });
    progress.clear();
    if (values.json) printJson({ file: target });
    else print(target);
    return EXIT_CODES.done;
  },
};
