import { ROUTED_DECISIONS } from '../config/routing-rule.js';
import { STAGES, type ScanSummary } from '../console/model.js';
import type { ScanFilter, ScanLedger } from '../console/records.js';
import { scanSummary, type ScanSources } from '../console/scan-summary.js';
import { oneOf, timeOf } from './arguments.js';
import { UsageError, type CommandOptions } from './commands.js';

export const SELECTION_OPTIONS = {
  decision: {
    type: 'string',
    value: 'DECISION',
    help: `list: read as ${ROUTED_DECISIONS.join(', ')}`,
  },
  laterality: { type: 'string', value: 'EYE', help: 'list: of this eye, R or L' },
  sender: { type: 'string', value: 'AE', help: 'list: sent by this AE title' },
  stage: {
    type: 'string',
    value: 'STAGE',
    help: `list: that stand at ${Object.keys(STAGES).join(', ')}`,
  },
  since: { type: 'string', value: 'TIME', help: 'list: received at this time or later (ISO 8601)' },
  search: { type: 'string', value: 'TEXT', help: 'list: with this text in what is shown' },
  limit: { type: 'string', value: 'N', help: 'list: so many at most, the newest (100)' },
} as const satisfies CommandOptions;

/** Which scans are meant: what the ledger filters, and what is looked for in the summaries. */
export interface ScanSelection {
  readonly filter: ScanFilter;
  readonly since: number;
  readonly limit: number;
  readonly matches: (scan: ScanSummary) => boolean;
}

type Given = Readonly<Partial<Record<keyof typeof SELECTION_OPTIONS, string>>>;

/** @throws UsageError */
export function scanSelection(given: Given): ScanSelection {
  const { sender, search = '', limit = '100' } = given;
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError('a limit is a number from 1 to 999999');
  const decision = asked('a decision', given.decision, ROUTED_DECISIONS);
  const laterality = asked('an eye', given.laterality, ['R', 'L'] as const);
  const stage = asked('a stage', given.stage, Object.keys(STAGES));
  const text = search.toLowerCase();
  return {
    filter: {
      ...(decision !== undefined && { decision }),
      ...(laterality !== undefined && { laterality }),
      ...(sender !== undefined && { callingAeTitle: sender }),
    },
    since: timeOf(given.since) ?? 0,
    limit: Number(limit),
    matches: (scan) =>
      (stage === undefined || scan.stage === stage) && shownOf(scan).includes(text),
  };
}

function asked<Name extends string>(
  what: string,
  text: string | undefined,
  known: readonly Name[],
): Name | undefined {
  return text === undefined ? undefined : oneOf(what, text, known);
}

/** What is shown of a scan beside times and numbers. */
function shownOf({ id, device, callingAeTitle, stage, stageDetail, reasons }: ScanSummary): string {
  return [id, device, callingAeTitle, stage, STAGES[stage], stageDetail, ...reasons]
    .join(' ')
    .toLowerCase();
}

/** So many are asked of the ledger at a time. */
const PAGE = 100;

/**
 * Selected scans, the newest first. Where a scan stands is no column of the ledger, so it is read page by page until
 * enough are found.
 */
export async function selectScans(
  ledger: Pick<ScanLedger, 'list'>,
  files: ScanSources['files'],
  { filter, since, limit, matches }: ScanSelection,
): Promise<readonly ScanSummary[]> {
  const found: ScanSummary[] = [];
  const seen = new Set<string>();
  let before: number | undefined;
  for (;;) {
    const page = await ledger.list({ ...filter, ...(before !== undefined && { before }) }, PAGE);
    const fresh = page.filter(({ id }) => !seen.has(id));
    for (const scan of fresh) {
      seen.add(scan.id);
      // A scan is complete after its last object came: from here on all are older.
      if (scan.completeAt < since) return found;
      if (scan.arrival.lastAt < since) continue;
      const summary = await scanSummary(scan, files, false);
      if (matches(summary)) found.push(summary);
      if (found.length === limit) return found;
    }
    if (page.length < PAGE || fresh.length === 0) return found;
    // Scans of the same millisecond may lie on both sides of the page's end.
    before = page.at(-1)!.completeAt + 1;
  }
}
