import { withOperatorArchive } from '../archive/operator-archive.js';
import { commissioningDesk, commissioningPorts } from '../joints/commissioning.js';
import type { CommissioningDesk } from '../joints/commissioning.js';
import { storedFiles } from '../joints/console-files.js';
import { deviceProfiles } from '../device-profiles.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, misused, print, printJson, UsageError } from './commands.js';
import type { Command, CommandOptions } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { operatorName } from './operator.js';

const OPTIONS = {
  note: { type: 'string', value: 'TEXT', help: 'with seen: what was looked at, and where' },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

const MARKS = { done: '[x]', open: '[ ]', failed: '[!]' } as const;
const LONGEST_NOTE = 500;

type Checklist = Awaited<ReturnType<CommissioningDesk['list']>>;

/** `octriage commissioning …`: how far each scanner has come, from the first call to the result in the PACS. */
export const commissioning: Command = {
  name: 'commissioning',
  form: 'commissioning [list | show AE | seen AE [--note TEXT] | report AE | reports [AE]] [--json]',
  help: "each scanner's checklist; seen: the PACS shows the result; report: keeps the checklist as it stands",
  actions: { list: 'shows', show: 'shows', seen: 'operates', report: 'operates', reports: 'shows' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', scanner, ...more] = positionals;
    const act = ACTIONS[action];
    if (
      act === undefined ||
      more.length > 0 ||
      !act.takes.includes(scanner === undefined ? 0 : 1)
    ) {
      throw misused(commissioning);
    }
    const { note = '' } = values;
    if (note.length > LONGEST_NOTE) throw new UsageError('a note has at most 500 characters');
    const settings = settingsOfThisMachine();
    const { value, lines } = await withOperatorArchive(settings.dataDir, (archive) => {
      const profiles = deviceProfiles(settings);
      const files = storedFiles(archive, () => profiles);
      const desk = commissioningDesk(commissioningPorts(archive, () => settings, files));
      return act.run(desk, scanner ?? '', note.trim());
    });
    if (values.json === true) printJson(value);
    else for (const line of lines) print(line);
    return EXIT_CODES.done;
  },
};

interface Action {
  /** How many AE titles stand behind it. */
  readonly takes: readonly (0 | 1)[];
  run(
    desk: CommissioningDesk,
    scanner: string,
    note: string,
  ): Promise<{ readonly value: unknown; readonly lines: readonly string[] }>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  list: {
    takes: [0],
    async run(desk) {
      const scanners = await desk.lists();
      const lines = scanners.length === 0 ? ['no scanner is known'] : scanners.map(summary);
      return { value: { scanners }, lines };
    },
  },
  show: {
    takes: [1],
    async run(desk, scanner) {
      const list = await desk.list(scanner);
      return { value: list, lines: describe(list) };
    },
  },
  seen: {
    takes: [1],
    async run(desk, scanner, note) {
      await desk.seen(scanner, operatorName(), note);
      const list = await desk.list(scanner);
      return { value: list, lines: describe(list) };
    },
  },
  report: {
    takes: [1],
    async run(desk, scanner) {
      const id = await desk.keep(scanner, operatorName());
      return { value: { id }, lines: [`kept as report ${id}`] };
    },
  },
  reports: {
    takes: [0, 1],
    async run(desk, scanner) {
      const reports = await desk.reports(scanner === '' ? undefined : scanner);
      const lines = reports.flatMap((report) => [
        `report ${report.id}, ${report.keptAt}, kept by ${report.keptBy}, ${report.product}`,
        ...describe(report).map((line) => `  ${line}`),
      ]);
      return { value: { reports }, lines: lines.length === 0 ? ['no report was kept'] : lines };
    },
  },
};

function summary({ callingAeTitle, device, steps, complete }: Checklist): string {
  const next = steps.find(({ state }) => state !== 'done');
  const where = complete || next === undefined ? 'commissioned' : `${next.state}: ${next.name}`;
  return `${callingAeTitle}${device === '' ? '' : ` (${device})`}: ${where}`;
}

function describe({ callingAeTitle, device, steps }: Checklist): readonly string[] {
  return [
    `${callingAeTitle}${device === '' ? '' : ` (${device})`}`,
    ...steps.flatMap(({ name, state, at, lines }) => [
      `${MARKS[state]} ${name}${at === undefined ? '' : `, ${at}`}`,
      ...lines.map((line) => `      ${line}`),
    ]),
  ];
}
