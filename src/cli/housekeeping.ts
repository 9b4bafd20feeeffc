import { setTimeout as sleep } from 'node:timers/promises';
import type { HousekeepingAnswer } from '../archive/housekeeping-requests.js';
import { withOperatorArchive, type OperatorArchive } from '../archive/operator-archive.js';
import type { Settings } from '../config/settings-manifest.js';
import { housekeepingTable } from '../joints/housekeeping-table.js';
import { isNightly, nightlyTasks, type NightlyTask } from '../joints/housekeeping-tasks.js';
import { runTask } from '../operations/housekeeping.js';
import { scheduleInWords } from '../operations/schedule-words.js';
import { parseCommandLine } from './arguments.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  misused,
  print,
  printError,
  printJson,
  type Command,
  type ExitCode,
} from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { CommandError } from './errors.js';
import { operatorName } from './operator.js';
import { askReadiness } from './readiness.js';

const OPTIONS = { json: JSON_OPTION };
/** So often it is looked whether the node has answered, and then whether it still runs, in ms. */
const LOOK = 200;
const LOOKS_A_QUESTION = 25;

/** `octriage housekeeping …`: what the node does on its clock, now. */
export const housekeeping: Command = {
  name: 'housekeeping',
  form: 'housekeeping [list | run TASK] [--json]',
  help: 'what the node does on its clock, and when; does it now: backup and retention whether the node runs or not, the other tasks by the node',
  actions: { list: 'shows', run: 'operates' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', ...words] = positionals;
    const json = values.json === true;
    const settings = settingsOfThisMachine();
    return withOperatorArchive(settings.dataDir, (archive) => {
      if (action === 'list' && words.length === 0) return list(settings, archive, json);
      const name = words.join(' ');
      const task = housekeepingTable(settings).find((one) => one.name === name);
      if (action !== 'run' || task === undefined) throw misused(housekeeping);
      if (task.off !== undefined) {
        if (json) printJson({ task: name, done: false, off: task.off });
        else printError(`${name} is off: ${task.off}`);
        return Promise.resolve(EXIT_CODES.failed);
      }
      return isNightly(name)
        ? runHere(name, settings, archive, json)
        : runByNode(name, settings, archive, json);
    });
  },
};

async function list(
  settings: Settings,
  { housekeepingRuns }: OperatorArchive,
  json: boolean,
): Promise<ExitCode> {
  const runs = await housekeepingRuns.list();
  const tasks = housekeepingTable(settings).map(({ name: task, ...terms }) => ({
    task,
    ...terms,
    last: runs.find((run) => run.task === task),
  }));
  if (json) printJson({ tasks });
  else {
    for (const { task, about, schedule, off, last } of tasks) {
      print(`${task}: ${off === undefined ? scheduleInWords(schedule) : `off, ${off}`}`);
      print(`  ${about}`);
      if (last === undefined) continue;
      const { at, outcome, said, who } = last;
      print(`  last ${new Date(at).toISOString()} by ${who}, ${outcome}: ${said}`);
    }
  }
  return EXIT_CODES.done;
}

/** What the ledger and the archive suffice for is done by the command itself. */
async function runHere(
  name: NightlyTask,
  settings: Settings,
  archive: OperatorArchive,
  json: boolean,
): Promise<ExitCode> {
  const act = nightlyTasks(settings, archive)[name];
  const { run, error } = await runTask(
    {
      async run() {
        const { message, ...told } = await act();
        if (json) printJson({ task: name, done: true, ...told });
        else print(`${message}: ${told.said}`);
        return told.said;
      },
    },
    operatorName(),
  );
  await archive.housekeepingRuns.record({ task: name, ...run });
  if (run.outcome === 'failed') throw error;
  return EXIT_CODES.done;
}

/** @throws CommandError OCT_COMMAND_NO_NODE */
async function runByNode(
  name: string,
  settings: Settings,
  { housekeepingRequests }: OperatorArchive,
  json: boolean,
): Promise<ExitCode> {
  const nodeRuns = async () => (await askReadiness(settings)).answered;
  if (!(await nodeRuns())) throw new CommandError('OCT_COMMAND_NO_NODE', name);
  const id = await housekeepingRequests.ask(name, operatorName());
  try {
    let answer: HousekeepingAnswer | undefined;
    for (let looks = 1; answer === undefined; looks++) {
      await sleep(LOOK);
      answer = await housekeepingRequests.answerTo(id);
      if (answer === undefined && looks % LOOKS_A_QUESTION === 0 && !(await nodeRuns())) {
        throw new CommandError('OCT_COMMAND_NO_NODE', name);
      }
    }
    const done = answer.outcome === 'done';
    if (json) printJson({ task: name, done, ...answer });
    else if (done) print(`${name}: ${answer.said}`);
    else printError(`${name}, ${answer.outcome}: ${answer.said}`);
    return done ? EXIT_CODES.done : EXIT_CODES.failed;
  } finally {
    await housekeepingRequests.withdraw(id);
  }
}
