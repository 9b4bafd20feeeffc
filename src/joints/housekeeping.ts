import type { Archive } from '../archive/archive.js';
import type { Settings } from '../config/settings-manifest.js';
import type { HousekeepingPorts } from '../console/housekeeping.js';
import { daysLeft, logCertificate } from '../operations/certificate-expiry.js';
import { CLOCK, startHousekeeping } from '../operations/housekeeping.js';
import { errorFields, log } from '../operations/log.js';
import { scheduleInWords } from '../operations/schedule-words.js';
import type { TaskRun } from '../values/task-run.js';
import { housekeepingTable, type TaskName } from './housekeeping-table.js';
import { isNightly, nightlyTasks, type NightlyDone } from './housekeeping-tasks.js';
import type { LiveSettings } from './live-settings.js';

/** Of other parts of the node, which have something to do on the clock. */
type TaskOfPart = 'golden scan' | 'outbox' | 'notifications' | 'drift' | 'silent scanners';

interface Parts {
  readonly settings: Settings;
  readonly archive: Pick<
    Archive,
    'workitems' | 'studyIndex' | 'retention' | 'housekeepingRuns' | 'housekeepingRequests'
  >;
  readonly live: LiveSettings;
  /** Returns how many workitems it made. */
  readonly assemble: () => Promise<number>;
  readonly tasks: Readonly<Record<TaskOfPart, () => Promise<string>>>;
}

export interface NodeHousekeeping extends HousekeepingPorts {
  stop(): Promise<void>;
}

/** Everything that the node does on its clock, or when an operator says so. */
export function housekeepingOf(parts: Parts): NodeHousekeeping {
  const { settings, archive } = parts;
  const runs = runsOf(parts, answerRequests);
  const housekeeping = startHousekeeping(
    housekeepingTable(settings).map((terms) => ({ ...terms, run: runs[terms.name] })),
    ({ name }, run, error) => {
      if (error !== undefined) {
        log('error', 'housekeeping failed', { detail: name, ...errorFields(error) });
      }
      // What the clock does every few seconds would fill the ledger's journal.
      if (run.who === CLOCK && !isNightly(name)) return;
      archive.housekeepingRuns.record({ task: name, ...run }).catch((failure: unknown) => {
        log('error', 'a run of housekeeping is not on record', errorFields(failure));
      });
    },
  );

  function runNow(name: string, who: string): Promise<TaskRun> | undefined {
    const run = housekeeping.runNow(name, who);
    if (run) log('info', 'housekeeping is run for an operator', { detail: name });
    return run;
  }

  async function answerRequests(): Promise<string> {
    const asked = await archive.housekeepingRequests.take();
    for (const { id, task, who } of asked) {
      // Not awaited: what takes long keeps nobody else waiting.
      answered(id, runNow(task, who)).catch((error: unknown) => {
        log('error', 'a command has no answer of housekeeping', errorFields(error));
      });
    }
    return `${asked.length} asked for`;
  }

  async function answered(id: number, run: Promise<TaskRun> | undefined): Promise<void> {
    const notRun = { outcome: 'not-run', said: 'it is off, or running already' } as const;
    await archive.housekeepingRequests.answer(id, (await run) ?? notRun);
  }

  return {
    async tasks() {
      const recorded = await archive.housekeepingRuns.list();
      return housekeeping.tasks.map(({ schedule, ...state }) => {
        const last = newer(
          state.last,
          recorded.find(({ task }) => task === state.name),
        );
        return { ...state, when: scheduleInWords(schedule), ...(last && { last }) };
      });
    },
    runNow,
    stop: () => housekeeping.stop(),
  };
}

function runsOf(
  { settings, archive, live, assemble, tasks }: Parts,
  answerRequests: () => Promise<string>,
): Readonly<Record<TaskName, () => Promise<string>>> {
  const { backup, retention } = nightlyTasks(settings, archive);
  return {
    ...tasks,
    'expired leases': async () => `${await archive.workitems.releaseExpiredLeases()} taken back`,
    assembly: async () => `${await assemble()} complete`,
    async 'index for queries'() {
      await archive.studyIndex.catchUp();
      return 'up to date';
    },
    'certificate expiry'() {
      const { identity } = live.current.credentials;
      if (!identity) return Promise.resolve('no certificate: nothing is encrypted');
      logCertificate(identity.validTo);
      return Promise.resolve(`${daysLeft(identity.validTo)} days left`);
    },
    'requests of commands': answerRequests,
    backup: logged(backup),
    retention: logged(retention),
  };
}

/** What a command did is on record only, what the clock did often only in memory. */
function newer(one: TaskRun | undefined, other: TaskRun | undefined): TaskRun | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.at > other.at ? one : other;
}

/** A nightly task, told in the log. */
function logged(act: () => Promise<NightlyDone>): () => Promise<string> {
  return async () => {
    const { message, said, ...fields } = await act();
    log('info', message, fields);
    return said;
  };
}
