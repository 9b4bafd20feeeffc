import { withWorkitems } from '../archive/archive.js';
import { ArchiveError } from '../archive/errors.js';
import type { Workitem } from '../archive/workitem-view.js';
import type { Workitems } from '../archive/workitems.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { operatorName } from './operator.js';

const OPTIONS = {
  priority: {
    type: 'string',
    value: 'N',
    help: 'first: goes before what has a lower one (1 by default; 0: in turn again)',
  },
  reason: { type: 'string', value: 'TEXT', help: 'first, cancel: why, for the record' },
  json: JSON_OPTION,
} as const;

/** What an operator may do with a workitem, and what is said when it is done. */
const ACTIONS: Readonly<
  Record<
    string,
    {
      readonly done: string;
      readonly needsReason: boolean;
      act(workitems: Workitems, uid: string, reason: string, priority: number): Promise<void>;
    }
  >
> = {
  first: {
    done: 'has that priority, and so will its results',
    needsReason: true,
    act: (workitems, uid, reason, priority) => workitems.prioritise(uid, priority, reason),
  },
  release: {
    done: 'goes on, with all its attempts',
    needsReason: false,
    act: (workitems, uid) => workitems.release(uid),
  },
  cancel: {
    done: 'is cancelled for good',
    needsReason: true,
    act: (workitems, uid, reason) => workitems.cancel(uid, reason),
  },
};

/** `octriage workitems`: the scans that wait, are read or are held; one first, on again, or not at all. */
export const workitems: Command = {
  name: 'workitems',
  form: 'workitems [list | first | release | cancel] [UIDS] [--priority N] [--reason TEXT] [--json]',
  help: 'the scans that wait, are read or are held; puts one first, lets it go on, or ends it for good',
  actions: { list: 'shows', first: 'operates', release: 'operates', cancel: 'operates' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [name = 'list', ...uids] = positionals;
    const { dataDir, maxAttempts } = settingsOfThisMachine();
    if (name === 'list') {
      if (uids.length > 0) throw new UsageError('workitems list takes no UIDs');
      const open = await withWorkitems(dataDir, maxAttempts, (_, view) => view.open());
      if (values.json) printJson({ workitems: open });
      else if (open.length === 0) print('workitems: none');
      else for (const item of open) print(describe(item));
      return EXIT_CODES.done;
    }
    const action = ACTIONS[name];
    if (action === undefined) {
      throw new UsageError(
        `workitems has no '${name}'; it has list, ${Object.keys(ACTIONS).join(', ')}`,
      );
    }
    const { reason = '', priority = '1' } = values;
    if (uids.length === 0) throw new UsageError('say which: UIDs as `octriage workitems` shows');
    if (action.needsReason && reason.trim() === '') throw new UsageError('say why: --reason TEXT');
    if (!/^\d{1,3}$/.test(priority)) throw new UsageError('a priority is a number from 0 to 999');
    const refused = await withWorkitems(dataDir, maxAttempts, async (all) => {
      const problems: { uid: string; code: string; message: string }[] = [];
      for (const uid of uids) {
        try {
          await action.act(all, uid, `${operatorName()}: ${reason.trim()}`, Number(priority));
        } catch (error) {
          if (!(error instanceof ArchiveError)) throw error;
          problems.push({ uid, code: error.code, message: error.message });
        }
      }
      return problems;
    });
    if (values.json) printJson({ count: uids.length - refused.length, refused });
    else {
      for (const uid of uids) {
        const problem = refused.find((one) => one.uid === uid);
        print(problem?.message ?? `${uid} ${action.done}`);
      }
    }
    return refused.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
  },
};

function describe(item: Workitem): string {
  const { uid, device, state, held, attempts, priority, reason, scheduledAt } = item;
  const where =
    state === 'IN PROGRESS'
      ? `in hand of ${item.leaseOwner ?? 'a worker'}, ${item.progress} % ${item.progressDescription ?? ''}`.trim()
      : held
        ? `held after ${attempts} attempts`
        : 'waits';
  const first = priority > 0 ? `, priority ${priority}` : '';
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${uid} from ${device} since ${new Date(scheduledAt).toISOString()}: ${where}${first}${why}`;
}
