/** The forms of cron fields (seconds first) that our tasks have, and how they are said. */
const FORMS: readonly (readonly [pattern: RegExp, words: (...fields: string[]) => string])[] = [
  [/^\*\/(\d+) \* \* \* \* \*$/, (seconds) => `every ${seconds} seconds`],
  [/^\d+ \* \* \* \* \*$/, () => 'every minute'],
  [/^\d+ \*\/(\d+) \* \* \* \*$/, (minutes) => `every ${minutes} minutes`],
  [/^\d+ (\d+) \* \* \* \*$/, (minute) => `every hour, ${minute} minutes past`],
  [/^\d+ (\d+) (\d+) \* \* \*$/, (minute, hour) => `every day at ${two(hour)}:${two(minute)}`],
];

/** A schedule in words, in the time zone of the machine; the cron fields themselves where they have another form. */
export function scheduleInWords(schedule: string): string {
  for (const [pattern, words] of FORMS) {
    const match = pattern.exec(schedule);
    if (match) return words(...match.slice(1));
  }
  return schedule;
}

function two(number = ''): string {
  return number.padStart(2, '0');
}
