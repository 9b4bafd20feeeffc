import { join } from 'node:path';
import { backUpLedger, backupName } from '../archive/backup.js';
import { backupFolder } from '../housekeeping-tasks.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, print, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

/** `octriage backup`: a copy of the ledger as it is now; the node may run. */
export const backup: Command = {
  name: 'backup',
  form: 'backup [FILE]',
  help: 'copies the ledger into a file, while the node runs or not',
  files: true,
  async run(args) {
    const { positionals } = parseCommandLine(args, {});
    const [file, ...more] = positionals;
    if (more.length > 0) throw new UsageError('backup takes one file');
    const settings = settingsOfThisMachine();
    const target = file ?? join(backupFolder(settings), backupName(Date.now()));
    await backUpLedger(settings.dataDir, target);
    print(target);
    return EXIT_CODES.done;
  },
};
