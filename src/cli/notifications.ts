import { withNotifications, type NotificationRow } from '../archive/notifications.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError } from './commands.js';
import type { Command, CommandOptions } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { operatorName } from './operator.js';

const OPTIONS = {
  target: { type: 'string', value: 'NAME', help: 'those of this target' },
  all: { type: 'boolean', help: 'those of all targets' },
  reason: { type: 'string', value: 'TEXT', help: 'why they are cancelled' },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

/** `octriage notifications`: who was not told of what, and why; again, or not any more. */
export const notifications: Command = {
  name: 'notifications',
  form: 'notifications [list | replay | cancel] [IDS | --target NAME | --all]',
  help: 'who was not told of what, and why; has it told again, or ends it for good',
  actions: { list: 'shows', replay: 'operates', cancel: 'operates' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', ...ids] = positionals;
    const { dataDir } = settingsOfThisMachine();
    const { target, all, json } = values;
    if (action === 'list') {
      if (ids.length > 0) throw new UsageError('notifications list takes no ids');
      await list(dataDir, target, json === true);
      return EXIT_CODES.done;
    }
    if (action !== 'replay' && action !== 'cancel') {
      throw new UsageError(`notifications has no '${action}'; it has list, replay and cancel`);
    }
    const ways = [ids.length > 0, target !== undefined, all === true];
    if (ways.filter((way) => way).length !== 1) {
      throw new UsageError('say which: ids, or --target, or --all');
    }
    if (!ids.every((id) => /^\d{1,15}$/.test(id))) throw new UsageError('an id is a number');
    const selection = { target, ...(ids.length > 0 && { ids: ids.map(Number) }) };
    const count = await withNotifications(dataDir, (known) =>
      action === 'replay'
        ? known.replay(selection)
        : known.cancel(selection, `${operatorName()}: ${values.reason ?? 'ended'}`),
    );
    const done = action === 'replay' ? 'are told again' : 'are cancelled';
    if (json === true) printJson({ count });
    else print(`${count} ${done}`);
    return count > 0 ? EXIT_CODES.done : EXIT_CODES.failed;
  },
};

async function list(dataDir: string, target: string | undefined, json: boolean): Promise<void> {
  const [failed, open] = await withNotifications(dataDir, async (known) => [
    await known.list(['failed'], { target }),
    await known.list(['pending'], { target }),
  ]);
  if (json) {
    printJson({ failed, open });
    return;
  }
  if (failed.length === 0) print('failed: none');
  for (const row of failed) print(`failed: ${describe(row)}`);
  if (open.length === 0) print('under way: none');
  for (const row of open) print(`under way: ${describe(row)}`);
}

function describe({ id, target, meaning, state, attempts, dueAt, reason }: NotificationRow) {
  const when = state === 'pending' ? `, due ${new Date(dueAt).toISOString()}` : '';
  const why = reason === undefined ? '' : `: ${reason}`;
  return `id ${id} to ${target}: ${meaning}; ${attempts} attempts${when}${why}`;
}
