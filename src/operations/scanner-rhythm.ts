import { HOUR } from '../values/units.js';
const HOURS_OF_WEEK = 7 * 24;
const WEEK = HOURS_OF_WEEK * HOUR;
/** A rhythm is learned from so many weeks before the last object; what is older may be another timetable. */
export const HISTORY_WEEKS = 8;
/** An AE that sent in fewer hours than this has no rhythm that could be told from chance. */
const LEAST_ACTIVE_HOURS = 12;
/** How much longer than a silence that it has kept before. */
const BEYOND_KNOWN = 1.25;

export interface RhythmLimits {
  /** Nothing is said of an AE that has been known for fewer weeks. */
  readonly leastWeeks: number;
  /** A silence is worth an alarm where its rhythm makes one that long in fewer than one of so many. */
  readonly oneIn: number;
}

/**
 * What is to be said of one AE. `silent`: it should have sent; `usual`: it may be silent now; `learning`: too little is
 * known; `forgotten`: silent for so long that its rhythm says nothing more.
 */
export interface ScannerState {
  readonly state: 'usual' | 'silent' | 'learning' | 'forgotten';
  /** The end of the last hour in which it sent, ms since 1970. */
  readonly since: number;
  /** Hours since then in which it would have sent on average, by its rhythm. */
  readonly missedHours: number;
}

/** The hour of the week (0: Sunday, 0 to 1 o'clock) at this place: local, since clinics keep local time. */
function hourOfWeek(at: number): number {
  const local = new Date(at);
  return local.getDay() * 24 + local.getHours();
}

/**
 * Judges the silence of one AE by its own rhythm: the share p of the weeks before its last object in which it sent in
 * that hour of the week. Where it kept to that rhythm, hour by hour and independently, so long a silence has the chance
 * Π(1 − p), so its surprise is Σ −ln(1 − p) over the hours that have passed: nothing is added at night or on a Sunday
 * on which it never sent. Since real silences come in days (holidays, congresses), it must also be a quarter longer, in
 * that measure, than the second longest of its own history; the longest may have been the last outage.
 *
 * @param active the hours in which it sent (ms since 1970, divided by HOUR and rounded down), ascending, each once
 */
export function judgeSilence(
  active: readonly number[],
  now: number,
  { leastWeeks, oneIn }: RhythmLimits,
): ScannerState {
  const last = active.at(-1) ?? 0;
  const since = (last + 1) * HOUR;
  const known = active.filter((hour) => hour > last - HISTORY_WEEKS * HOURS_OF_WEEK);
  const first = known[0] ?? last;
  const weeks = Math.min(HISTORY_WEEKS, Math.floor(((last - first + 1) * HOUR) / WEEK));
  if (weeks < leastWeeks || known.length < LEAST_ACTIVE_HOURS) {
    return { state: 'learning', since, missedHours: 0 };
  }
  if (now - since > HISTORY_WEEKS * WEEK) return { state: 'forgotten', since, missedHours: 0 };
  const shares = sharesOf(known, last - weeks * HOURS_OF_WEEK, weeks);
  const share = (hour: number): number => shares[hourOfWeek(hour * HOUR)] ?? 0;
  const surpriseOf = (from: number, to: number): number => {
    let sum = 0;
    for (let hour = from; hour < to; hour += 1) sum -= Math.log(1 - share(hour));
    return sum;
  };
  const silences = known
    .map((hour, index) => (index === 0 ? 0 : surpriseOf((known[index - 1] ?? hour) + 1, hour)))
    .sort((a, b) => b - a);
  const limit = Math.max(Math.log(oneIn), BEYOND_KNOWN * (silences[1] ?? 0));
  // The hour that runs is not over: it may still bring something.
  const end = Math.floor(now / HOUR);
  const surprise = surpriseOf(last + 1, end);
  let missedHours = 0;
  for (let hour = last + 1; hour < end; hour += 1) missedHours += share(hour);
  return { state: surprise > limit ? 'silent' : 'usual', since, missedHours };
}

/** For each hour of the week the share of the weeks with something in it; never 1: that it always sent proves nothing. */
function sharesOf(known: readonly number[], from: number, weeks: number): Float64Array {
  const counts = new Float64Array(HOURS_OF_WEEK);
  for (const hour of known) {
    const index = hourOfWeek(hour * HOUR);
    if (hour > from) counts[index] = (counts[index] ?? 0) + 1;
  }
  // A clock that is set back in autumn has an hour twice.
  return counts.map((count) => Math.min(count, weeks) / (weeks + 1));
}
