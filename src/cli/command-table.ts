import { PRODUCT, RESEARCH_USE_ONLY } from '../values/product.js';
import { admit } from './admit.js';
import { backup } from './backup.js';
import { callers } from './callers.js';
import { check } from './check.js';
import { EXIT_CODES, EXIT_MEANINGS, print, UsageError, type Command } from './commands.js';
import { commissioning } from './commissioning.js';
import { completionScript, isShell, SHELLS } from './completion.js';
import { conformance } from './conformance.js';
import { deliveries } from './deliveries.js';
import { drift } from './drift.js';
import { echo } from './echo.js';
import { evaluate } from './evaluate.js';
import { feedback } from './feedback.js';
import { housekeeping } from './housekeeping.js';
import { models } from './models.js';
import { network } from './network.js';
import { node } from './node.js';
import { notifications } from './notifications.js';
import { password } from './password.js';
import { replay } from './replay.js';
import { rebuild, restore } from './restore.js';
import { route } from './route.js';
import { scans } from './scans.js';
import { send } from './send.js';
import { serve } from './serve.js';
import { settings } from './settings.js';
import { tables } from './tables.js';
import { workitems } from './workitems.js';

/** `octriage completion SHELL`: here, because it is made from the table that it stands in. */
const completion: Command = {
  name: 'completion',
  form: `completion ${SHELLS.join('|')}`,
  help: 'prints the completion of this command line for a shell',
  run([shell, ...more]) {
    if (!isShell(shell) || more.length > 0) {
      throw new UsageError(`completion takes one of ${SHELLS.join(', ')}`);
    }
    print(completionScript(shell, COMMANDS));
    return Promise.resolve(EXIT_CODES.done);
  },
};

/** Every command there is; usage, completion and `docs/reference/command-line.md` are made from it. */
export const COMMANDS: readonly Command[] = [
  serve,
  echo,
  send,
  callers,
  admit,
  tables,
  settings,
  commissioning,
  network,
  node,
  route,
  scans,
  workitems,
  deliveries,
  notifications,
  replay,
  models,
  evaluate,
  feedback,
  drift,
  check,
  password,
  conformance,
  housekeeping,
  backup,
  restore,
  rebuild,
  completion,
];

export function usage(): string {
  const width = Math.max(...COMMANDS.map(({ form }) => form.length));
  const codes = Object.entries(EXIT_MEANINGS).map(
    ([name, meaning]) => `  ${EXIT_CODES[name as keyof typeof EXIT_CODES]}  ${meaning}`,
  );
  return [
    `${PRODUCT.name} ${PRODUCT.version}: turns an OCT scan of the eye into a referral decision.`,
    RESEARCH_USE_ONLY,
    '',
    ...COMMANDS.map(({ form, help }) => `  octriage ${form.padEnd(width)}  ${help}`),
    '',
    'Settings come from the environment and from .env; see .env.example.',
    'Exit codes:',
    ...codes,
  ].join('\n');
}
