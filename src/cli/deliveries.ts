import { withDeliveries } from '../archive/archive.js';
import type { DeadLetters, DeliverySelection } from '../archive/deliveries.js';
import type { Delivery } from '../archive/outbox.js';
import { sopClass } from '../dicom/uids.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import type { CommandOptions } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { operatorName } from './operator.js';

const OPTIONS = {
  destination: { type: 'string', value: 'NAME', help: 'those to this destination' },
  cause: { type: 'string', value: 'CODE', help: 'those that failed for this cause' },
  all: { type: 'boolean', help: 'all that failed' },
  reason: { type: 'string', value: 'TEXT', help: 'with cancel: why' },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

/** `octriage deliveries`: what did not arrive and why; again, or not any more. A node that runs takes it up at once. */
export const deliveries: Command = {
  name: 'deliveries',
  form: 'deliveries [list | replay | cancel] [IDS | --destination NAME | --cause CODE | --all]',
  help: 'what did not arrive and why, grouped; has it sent again, or ends it for good',
  actions: { list: 'shows', replay: 'operates', cancel: 'operates' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', ...rest] = positionals;
    const { dataDir } = settingsOfThisMachine();
    if (action === 'list') {
      if (rest.length > 0) throw new UsageError('deliveries list takes no ids');
      await list(dataDir, values.destination, values.json === true);
      return EXIT_CODES.done;
    }
    if (action !== 'replay' && action !== 'cancel') {
      throw new UsageError(`deliveries has no '${action}'; it has list, replay and cancel`);
    }
    const selection = selectionOf(rest, values);
    const reason = `${operatorName()}: ${values.reason ?? 'ended'}`;
    const count = await withDeliveries(dataDir, (all) =>
      action === 'replay' ? all.replay(selection) : all.cancel(selection, reason),
    );
    const done = action === 'replay' ? 'are delivered again' : 'are cancelled';
    if (values.json === true) printJson({ count });
    else print(`${count} ${done}`);
    return count > 0 ? EXIT_CODES.done : EXIT_CODES.failed;
  },
};

function selectionOf(
  ids: readonly string[],
  { destination, cause, all }: { destination?: string; cause?: string; all?: boolean },
): DeliverySelection {
  const ways = [ids.length > 0, destination !== undefined || cause !== undefined, all === true];
  if (ways.filter((way) => way).length !== 1) {
    throw new UsageError('say which: ids, or --destination and --cause, or --all');
  }
  if (ids.length === 0) return { destination, cause };
  if (!ids.every((id) => /^\d{1,15}$/.test(id))) throw new UsageError('an id is a number');
  return { ids: ids.map(Number) };
}

async function list(dataDir: string, destination: string | undefined, json: boolean) {
  const { groups, open } = await withDeliveries(dataDir, async (all) => ({
    groups: (await all.deadLetters()).filter(
      (group) => destination === undefined || group.destination === destination,
    ),
    open: await all.list(['pending', 'sending'], { destination }),
  }));
  if (json) {
    printJson({ deadLetters: groups, open });
    return;
  }
  if (groups.length === 0) print('failed: none');
  for (const group of groups) for (const line of describeGroup(group)) print(line);
  if (open.length === 0) print('under way: none');
  for (const delivery of open) print(describeOpen(delivery));
}

function describeGroup({ destination, cause, kind, sopClassUid, count, ...group }: DeadLetters) {
  const { first, last, comment } = group;
  const which = count === 1 ? `id ${last}` : `ids ${first} to ${last}`;
  return [
    `failed: ${count} ${kind} (${sopClass(sopClassUid)?.name ?? sopClassUid}) to ${destination}: ${cause}, ${which}`,
    ...(comment === undefined ? [] : [`  last said: ${comment}`]),
    `  again: octriage deliveries replay --destination ${destination} --cause ${cause}`,
  ];
}

function describeOpen({ id, destination, state, attempts, nextAttemptAt, comment }: Delivery) {
  const when =
    state === 'sending'
      ? 'being sent'
      : `waits until ${new Date(nextAttemptAt).toISOString()} after ${attempts} attempts`;
  return `under way: id ${id} to ${destination} ${when}${comment === undefined ? '' : `: ${comment}`}`;
}
