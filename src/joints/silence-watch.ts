import type { Archive } from '../archive/archive.js';
import type { Caller } from '../config/caller.js';
import type { Settings } from '../config/settings-manifest.js';
import type { Degradation } from '../operations/health.js';
import { log } from '../operations/log.js';
import { HISTORY_WEEKS, judgeSilence, type ScannerState } from '../operations/scanner-rhythm.js';
import { HOUR } from '../values/units.js';

/** The rhythm and as long a silence after it. */
const LOOKED_AT = 2 * HISTORY_WEEKS * 7 * 24 * HOUR;

export interface SilentScanner extends ScannerState {
  readonly callingAeTitle: string;
}

/** The silent-scanner alarm: told once when an AE falls silent against its own rhythm, and once when it sends again. */
export class SilenceWatch {
  #silent: readonly SilentScanner[] = [];

  constructor(
    private readonly settings: Pick<
      Settings,
      'silenceAlarm' | 'silenceLeastWeeks' | 'silenceOneIn'
    >,
    private readonly archive: Pick<Archive, 'activity'>,
    private readonly callers: () => readonly Caller[],
    private readonly now: () => number = Date.now,
  ) {}

  /** The task 'silent scanners' of housekeeping. */
  async task(): Promise<string> {
    await this.look();
    return `${this.#silent.length} scanners are silent`;
  }

  get silent(): readonly SilentScanner[] {
    return this.#silent;
  }

  /** A warning only, and without AE titles: `/readyz` is open to everybody. */
  get degradations(): readonly Degradation[] {
    const count = this.#silent.length;
    if (count === 0) return [];
    return [
      {
        name: 'scanners',
        reason: `${count} scanners are silent when by their own rhythm they should send; see the log`,
      },
    ];
  }

  async look(): Promise<void> {
    const silent = await silentScanners(this.archive, this.settings, this.callers(), this.now());
    for (const scanner of silent) {
      const { callingAeTitle } = scanner;
      if (this.#silent.some((one) => one.callingAeTitle === callingAeTitle)) continue;
      log('warn', 'ALARM: a scanner is silent when by its own rhythm it should send', {
        callingAeTitle,
        reason: wordsOfSilence(scanner),
      });
    }
    for (const { callingAeTitle } of this.#silent) {
      if (silent.some((one) => one.callingAeTitle === callingAeTitle)) continue;
      log('info', 'the scanner is not silent any more', { callingAeTitle });
    }
    this.#silent = silent;
  }
}

/** Those who may come in and should have sent: who was taken out of the table is not missed. */
export async function silentScanners(
  archive: Pick<Archive, 'activity'>,
  { silenceLeastWeeks: leastWeeks, silenceOneIn: oneIn }: SilenceLimits,
  callers: readonly Caller[],
  now: number,
): Promise<readonly SilentScanner[]> {
  const hours = await archive.activity.hours(now - LOOKED_AT);
  return [...hours]
    .filter(([title]) => callers.some(({ aeTitle }) => aeTitle === '*' || aeTitle === title))
    .map(([callingAeTitle, active]) => ({
      callingAeTitle,
      ...judgeSilence(active, now, { leastWeeks, oneIn }),
    }))
    .filter(({ state }) => state === 'silent');
}

type SilenceLimits = Pick<Settings, 'silenceLeastWeeks' | 'silenceOneIn'>;

export function wordsOfSilence({ since, missedHours }: ScannerState): string {
  const from = new Date(since).toISOString();
  return `nothing since ${from}; by its rhythm it would have sent in ${missedHours.toFixed(1)} hours since`;
}
