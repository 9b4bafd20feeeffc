import { integer, onOrOff } from './setting-kinds.js';
import { setting } from './setting.js';

/** Rows of the settings manifest: the alarm for a scanner that sends nothing when by its own rhythm it should. */
export const SILENCE_SETTINGS = {
  silenceAlarm: setting(
    'Housekeeping',
    'OCTRIAGE_SILENCE_ALARM',
    onOrOff,
    'on',
    'Learns in which hours of the week each AE title sends, and warns of one that is silent when it should not be: in the log, in /readyz, in the metrics and on the console. docs/reference/silence.md has its false alarms.',
  ),
  silenceLeastWeeks: setting(
    'Housekeeping',
    'OCTRIAGE_SILENCE_LEAST_WEEKS',
    integer(2, 8),
    '3',
    'Nothing is said of an AE title that has been known for fewer weeks.',
    'weeks',
  ),
  silenceOneIn: setting(
    'Housekeeping',
    'OCTRIAGE_SILENCE_ONE_IN',
    integer(10, 1_000_000_000),
    '10000',
    'An AE title is silent where its rhythm makes so long a silence in fewer than one of so many; higher is later and surer.',
  ),
} as const;
