import type { Archive } from '../archive/archive.js';
import { isAeDestination } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { checklist, SEEN_IN_PACS } from '../console/checklist.js';
import { keptReport, type CommissioningPorts } from '../console/commissioning.js';
import type { Checklist, KeptReport } from '../console/model.js';
import type { StoredFiles } from '../console/ports.js';

type CommissioningRecords = Pick<
  Archive,
  'scanView' | 'networkView' | 'refusals' | 'commissioning'
>;

/** What is on record of the scanners of the tables, of those that called and of those that were refused. */
export function commissioningPorts(
  { scanView, networkView, refusals, commissioning }: CommissioningRecords,
  current: () => Pick<Settings, 'callers' | 'destinations'>,
  files: Pick<StoredFiles, 'header' | 'report'>,
): CommissioningPorts {
  return {
    async scanners() {
      const titles = [
        ...current().callers.map(({ aeTitle }) => aeTitle),
        ...(await networkView.callers()).map(({ callingAeTitle }) => callingAeTitle),
        ...(await refusals.list())
          .filter(({ lack }) => lack === 'callingAeTitleNotRecognised')
          .map(({ callingAeTitle }) => callingAeTitle),
      ];
      // A destination that reports storage commitment calls too, and is no scanner.
      const receivers = current()
        .destinations.filter(isAeDestination)
        .map(({ aeTitle }) => aeTitle);
      return [...new Set(titles)]
        .filter((title) => title !== '*' && title !== '' && !receivers.includes(title))
        .sort();
    },
    async evidence(callingAeTitle) {
      const [scan] = await scanView.list({ callingAeTitle }, 1);
      const report = scan?.results.find(({ kind }) => kind === 'report');
      return {
        callingAeTitle,
        callers: current().callers,
        refusals: await refusals.list(),
        statistics: (await networkView.callers()).find(
          (one) => one.callingAeTitle === callingAeTitle,
        ),
        scan,
        header: scan && (await files.header(scan.arrival.path)),
        report: report && (await files.report(report.path)),
        words: await commissioning.wordsOf(callingAeTitle),
      };
    },
    say: (callingAeTitle, word) => commissioning.say(callingAeTitle, word),
    keep: (callingAeTitle, who, content) => commissioning.keep(callingAeTitle, who, content),
    reports: (callingAeTitle) => commissioning.reports(callingAeTitle),
  };
}

/** The commissioning of scanners for whom does not come by the console. */
export interface CommissioningDesk {
  readonly lists: () => Promise<readonly Checklist[]>;
  readonly list: (callingAeTitle: string) => Promise<Checklist>;
  /** Somebody saw the result in the PACS. */
  readonly seen: (callingAeTitle: string, who: string, note: string) => Promise<void>;
  /** Keeps the checklist as it stands; returns the report's number. */
  readonly keep: (callingAeTitle: string, who: string) => Promise<number>;
  readonly reports: (callingAeTitle?: string) => Promise<readonly KeptReport[]>;
}

export function commissioningDesk(ports: CommissioningPorts): CommissioningDesk {
  const list = async (scanner: string) => checklist(await ports.evidence(scanner));
  return {
    async lists() {
      const lists: Checklist[] = [];
      for (const scanner of await ports.scanners()) lists.push(await list(scanner));
      return lists;
    },
    list,
    seen: (scanner, who, note) => ports.say(scanner, { step: SEEN_IN_PACS, who, note }),
    keep: async (scanner, who) => ports.keep(scanner, who, JSON.stringify(await list(scanner))),
    reports: async (scanner) => (await ports.reports(scanner)).map(keptReport),
  };
}
