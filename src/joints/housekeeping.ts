import type { Archive } from '../archive/archive.js';
import type { Settings } from '../config/settings-manifest.js';
import type { HousekeepingPorts } from '../console/housekeeping.js';
import { housekeepingTasks } from './housekeeping-tasks.js';
import type { LiveSettings } from './live-settings.js';
import { daysLeft, logCertificate } from '../operations/certificate-expiry.js';
import { startHousekeeping, type HousekeepingTask } from '../operations/housekeeping.js';
import { errorFields, log } from '../operations/log.js';
import { scheduleInWords } from '../operations/schedule-words.js';

interface Parts {
  readonly settings: Settings;
  readonly archive: Pick<Archive, 'workitems' | 'studyIndex' | 'retention' | 'housekeepingRuns'>;
  readonly live: LiveSettings;
  /** Returns how many workitems it made. */
  readonly assemble: () => Promise<number>;
  /** What other parts have to do on the clock. */
  readonly tasks: readonly HousekeepingTask[];
}

export interface NodeHousekeeping extends HousekeepingPorts {
  stop(): Promise<void>;
}

/** Everything that the node does on its clock; what the nightly tasks did stays on record over a restart. */
export function housekeepingOf(parts: Parts): NodeHousekeeping {
  const { settings, archive } = parts;
  const nightly = housekeepingTasks(settings, archive);
  const housekeeping = startHousekeeping([...tasksOf(parts), ...nightly], (task, run, error) => {
    if (error !== undefined) {
      log('error', 'housekeeping failed', { detail: task.name, ...errorFields(error) });
    }
    if (!nightly.includes(task)) return;
    archive.housekeepingRuns.record({ task: task.name, ...run }).catch((failure: unknown) => {
      log('error', 'a run of housekeeping is not on record', errorFields(failure));
    });
  });
  return {
    async tasks() {
      const recorded = await archive.housekeepingRuns.list();
      return housekeeping.tasks.map(({ schedule, ...state }) => {
        const last = recorded.find(({ task }) => task === state.name) ?? state.last;
        return { ...state, when: scheduleInWords(schedule), ...(last && { last }) };
      });
    },
    runNow(name, who) {
      log('info', 'housekeeping is run for an operator', { detail: name });
      return housekeeping.runNow(name, who);
    },
    stop: () => housekeeping.stop(),
  };
}

function tasksOf({ archive, live, assemble, tasks }: Parts): readonly HousekeepingTask[] {
  return [
    {
      name: 'expired leases',
      about: 'Gives the scan of a worker that fell silent to another one.',
      schedule: '*/30 * * * * *',
      run: async () => `${await archive.workitems.releaseExpiredLeases()} taken back`,
    },
    ...tasks,
    {
      name: 'assembly',
      about: 'Looks which scans are complete by now.',
      schedule: '*/5 * * * * *',
      run: async () => `${await assemble()} complete`,
    },
    {
      name: 'index for queries',
      about: 'Enters what was received into the index that queries ask.',
      schedule: '*/10 * * * * *',
      async run() {
        await archive.studyIndex.catchUp();
        return 'up to date';
      },
    },
    {
      name: 'certificate expiry',
      about: 'Says in the log how long our certificate is valid, and warns in time.',
      schedule: '0 0 6 * * *',
      run() {
        const { identity } = live.current.credentials;
        if (!identity) return Promise.resolve('no certificate: nothing is encrypted');
        logCertificate(identity.validTo);
        return Promise.resolve(`${daysLeft(identity.validTo)} days left`);
      },
    },
  ];
}
