import type { QualityReport } from '../values/quality-report.js';
import type { OtherScan, ScanChoice, ScanReading } from '../values/scan-reading.js';

const GRADES: readonly QualityReport['grade'][] = [
  'not-assessable',
  'poor',
  'acceptable',
  'excellent',
];

/** By what one scan is better than another, in this order; the first in which they differ decides. */
const RULES: readonly {
  readonly name: string;
  /** Higher is better. */
  readonly value: (scan: ScanReading) => number;
  readonly words: (scan: ScanReading) => string;
}[] = [
  {
    name: 'quality',
    value: ({ grade }) => (grade === undefined ? -1 : GRADES.indexOf(grade)),
    words: ({ grade }) => grade ?? 'not measured',
  },
  {
    name: 'signal above noise',
    value: ({ signal = 0 }) => signal,
    words: ({ signal }) => signal?.toFixed(1) ?? 'not measured',
  },
  {
    name: 'number of B-scans',
    value: ({ frames = 0 }) => frames,
    words: ({ frames }) => String(frames ?? 0),
  },
  {
    name: 'time of arrival',
    value: ({ receivedAt }) => -Date.parse(receivedAt),
    words: ({ receivedAt }) => receivedAt,
  },
];

/** Above 0 where `a` is the better scan. `because` names the rule and both values, that of `a` first. */
function compare(a: ScanReading, b: ScanReading): { difference: number; because: string } {
  for (const { name, value, words } of RULES) {
    const difference = value(a) - value(b);
    if (difference !== 0) return { difference, because: `${name} ${words(a)} against ${words(b)}` };
  }
  // Equal in everything: an order that is the same at each run.
  return { difference: a.acquisitionId < b.acquisitionId ? 1 : -1, because: 'equal in all rules' };
}

/**
 * The scan that stands for its eye among the scans of one eye in one study: the best by quality alone, never by what
 * was found in it, so that a repeat cannot be chosen for its decision. All are kept and reported.
 */
export function bestScan(scans: readonly [ScanReading, ...ScanReading[]]): ScanChoice {
  const [best, ...others] = [...scans].sort((a, b) => -compare(a, b).difference);
  const { acquisitionId } = best!;
  const because =
    others[0] === undefined
      ? 'the only scan of this eye in the study'
      : `best of ${String(scans.length)} scans of this eye in the study: ${compare(best!, others[0]).because}`;
  return { acquisitionId, because };
}

/** How the other scans of the same eye compare with this one; `others` are of one study. */
export function otherScans(
  scan: ScanReading,
  others: readonly ScanReading[],
): readonly OtherScan[] {
  if (scan.laterality === undefined) return [];
  return others
    .filter(({ laterality }) => laterality === scan.laterality)
    .map((other) => {
      const { difference, because } = compare(other, scan);
      return { sopInstanceUid: other.sopInstanceUid, better: difference > 0, because };
    });
}
