import { readRefusals, type RecordedRefusal } from '../archive/refusals.js';
import { isAdmitted, parseCaller } from '../config/caller.js';
import type { Settings } from '../config/settings-manifest.js';
import { sopClass, transferSyntax } from '../dicom/uids.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage callers`: who may come in, who was refused, and the line that would admit them. */
export const callers: Command = {
  name: 'callers',
  form: 'callers [--json]',
  help: 'who may come in, who was refused and why, and the line that would admit them',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError('callers takes no arguments');
    const settings = settingsOfThisMachine();
    if (values.json) {
      const refused = (await readRefusals(settings.dataDir)).map((refusal) => ({
        ...refusal,
        remedy: REMEDIES[refusal.lack]?.(refusal, settings) ?? [],
      }));
      printJson({ admitted: settings.callers, refused });
      return EXIT_CODES.done;
    }
    for (const { aeTitle, from } of settings.callers) {
      print(`admitted: ${aeTitle} from ${from ?? 'anywhere'}`);
    }
    if (settings.callers.length === 0) print('admitted: nobody');
    const refusals = await readRefusals(settings.dataDir);
    if (refusals.length === 0) print('refused: nobody');
    for (const refusal of refusals) {
      print('');
      for (const line of describe(refusal, settings)) print(line);
    }
    return EXIT_CODES.done;
  },
};

function describe(refusal: RecordedRefusal, settings: Settings): string[] {
  const { callingAeTitle, calledAeTitle, peerAddress, count, lastAt, why, sopClassUid } = refusal;
  const who =
    callingAeTitle === ''
      ? peerAddress
      : `${callingAeTitle} from ${peerAddress} calling ${calledAeTitle}`;
  const what = sopClassUid === '' ? why : `${why}: ${named(sopClassUid)}, ${refusal.lack}`;
  const times = count === 1 ? 'once' : `${count} times`;
  const lines = [`refused: ${who}: ${what}`, `  ${times}, last ${new Date(lastAt).toISOString()}`];
  if (refusal.proposed.length > 0) {
    lines.push(`  proposed: ${refusal.proposed.map(named).join('; ')}`);
  }
  const remedy = REMEDIES[refusal.lack]?.(refusal, settings);
  if (remedy !== undefined) lines.push(...remedy.map((line) => `  ${line}`));
  return lines;
}

type Remedy = (refusal: RecordedRefusal, settings: Settings) => string[];

/** What to do, by what was lacking; where there is no row, the sentence says enough. */
const REMEDIES: Readonly<Record<string, Remedy | undefined>> = {
  callingAeTitleNotRecognised({ callingAeTitle, peerAddress }, { callers: known }) {
    const from = peerAddress.replace(/^::ffff:(?=\d+\.)/i, '');
    if (isAdmitted(known, callingAeTitle, from)) return ['admitted by now'];
    const entry = `${callingAeTitle}@${from}`;
    const parsed = parseCaller(entry);
    if (
      callingAeTitle.startsWith('hex:') ||
      'problem' in parsed ||
      parsed.value.aeTitle !== callingAeTitle
    ) {
      return ['its AE title cannot be admitted: correct it on the device'];
    }
    const row = JSON.stringify({ aeTitle: callingAeTitle, from });
    return [
      `to admit it: octriage admit ${entry} --reason TEXT`,
      ...(callingAeTitle.includes(',') ? [] : [`to admit it, add to OCTRIAGE_CALLERS: ${entry}`]),
      `to admit it, add to "callers" of the tables file: ${row}`,
    ];
  },
  calledAeTitleNotRecognised: ({ calledAeTitle }, { aeTitle }) => [
    `to admit it, let it call ${aeTitle}, or add to OCTRIAGE_CALLED_AE_TITLES: ${calledAeTitle}`,
  ],
  localLimitExceeded: () => [
    'to admit more: OCTRIAGE_MAX_ASSOCIATIONS, OCTRIAGE_MAX_ASSOCIATIONS_PER_CALLER',
  ],
};

function named(uid: string): string {
  const name = sopClass(uid)?.name ?? transferSyntax(uid)?.name;
  return name === undefined ? uid : `${name} (${uid})`;
}
