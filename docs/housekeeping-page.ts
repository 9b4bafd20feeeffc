import { readSettings } from '../src/config/read-settings.js';
import { housekeepingTable } from '../src/joints/housekeeping-table.js';
import { scheduleInWords } from '../src/operations/schedule-words.js';

/** The content of `docs/reference/housekeeping.md`. */
export function housekeepingPage(): string {
  const rows = housekeepingTable(readSettings({})).map(
    ({ name, about, schedule, off }) =>
      `| ${name} | ${scheduleInWords(schedule)}${off === undefined ? '' : ` (off: ${off})`} | ${about} |`,
  );
  return `${[
    '# Housekeeping',
    '',
    'Generated from `src/joints/housekeeping-table.ts`; do not edit. Shown with the default settings; times are those of the',
    "node's time zone. The console's node page and `octriage housekeeping list` show when a task ran last, and both run it",
    'now: `octriage housekeeping run golden scan`. Backup and retention are done by the command itself, whether the node runs',
    'or not; the other tasks are asked of the node that runs.',
    '',
    '| Task | When | What it does |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}
