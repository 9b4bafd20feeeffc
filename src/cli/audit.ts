import { CommandAudit } from '../joints/audit-commands.js';
import { ConfigError } from '../config/problem.js';
import { readSettings, settingsOver, type Environment } from '../config/read-settings.js';
import type { Settings } from '../config/settings-manifest.js';
import { NO_TABLES } from '../config/tables-file.js';
import { errorFields } from '../operations/log.js';
import { environmentOfThisMachine } from './environment.js';
import { CommandError } from './errors.js';
import { operatorLogin } from './operator.js';

/** Puts one message of this command into the audit trail. */
export type Audit = (message: (trail: CommandAudit) => boolean) => void;

/**
 * The audit trail for this command; undefined where none is kept. It throws a CommandError where a message cannot be
 * kept: what the command did stays done.
 */
export function commandAudit(): Audit | undefined {
  const settings = settingsForAudit(environmentOfThisMachine());
  const trail = settings && CommandAudit.of(settings, operatorLogin());
  return (
    trail &&
    ((message) => {
      let why = 'the spool is full';
      try {
        if (message(trail)) return;
      } catch (error) {
        why = errorFields(error).reason ?? '';
      }
      throw new CommandError('OCT_COMMAND_NOT_AUDITED', why);
    })
  );
}

/** Also where the tables file cannot be used, which is when commands mend it. */
function settingsForAudit(environment: Environment): Settings | undefined {
  for (const read of [readSettings, (given: Environment) => settingsOver(given, NO_TABLES)]) {
    try {
      return read(environment);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
    }
  }
  return undefined;
}
