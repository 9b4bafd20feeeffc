import type { Settings } from '../config/settings-manifest.js';
import { loadModelSet } from '../inference/model-set.js';
import {
  BUNDLED,
  chooseModelSet,
  installedModelSets,
  modelSetFolder,
  modelSetFolders,
  modelsFolder,
} from '../models-folder.js';
import { modelCard } from '../model-cards.js';
import { errorFields } from '../operations/log.js';
import { parseCommandLine } from './arguments.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  misused,
  print,
  printError,
  printJson,
  UsageError,
} from './commands.js';
import type { Command, CommandOptions, ExitCode } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { compareModels } from './models-compare.js';
import { tuneModels } from './models-tune.js';
import { printVerdict, verifyModels } from './models-verify.js';

const OPTIONS = {
  shadow: { type: 'boolean', help: 'with use: the set only watches; SET none ends that' },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

/** `octriage models …`: which sets there are, whether they can be used, and which one reads. */
export const models: Command = {
  name: 'models',
  form: 'models list | show [SET] | verify [SET] | use SET [--shadow] | compare SETA SETB [DIR] | tune',
  help: 'model sets side by side: one reads, one may watch; show: what a set is for; tune measures threads',
  actions: {
    list: 'shows',
    show: 'shows',
    verify: 'shows',
    use: 'chooses-models',
    compare: 'shows',
    tune: 'shows',
  },
  options: OPTIONS,
  files: true,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [what, ...rest] = positionals;
    const settings = settingsOfThisMachine();
    const json = values.json === true;
    const given = (fewest: number, most: number): readonly string[] => {
      if (rest.length < fewest || rest.length > most) {
        throw misused(models);
      }
      return rest;
    };
    switch (what) {
      case 'list':
        given(0, 0);
        return listModels(settings, json);
      case 'show': {
        const [set] = given(0, 1);
        return showModels(
          set === undefined ? modelsFolder(settings) : folderOf(settings, set),
          json,
        );
      }
      case 'verify': {
        const [set] = given(0, 1);
        const folder = set === undefined ? modelsFolder(settings) : folderOf(settings, set);
        const verdict = await verifyModels(settings, folder);
        if (json) printJson(verdict);
        else printVerdict(verdict);
        return verdict.usable ? EXIT_CODES.done : EXIT_CODES.failed;
      }
      case 'use':
        return useModels(settings, given(1, 1)[0]!, values.shadow === true, json);
      case 'compare': {
        const [a, b, folder] = given(2, 3) as readonly [string, string, string?];
        return compareModels(
          settings,
          [folderOf(settings, a), folderOf(settings, b)],
          folder,
          json,
        );
      }
      case 'tune':
        given(0, 0);
        return tuneModels(settings, json);
      default:
        throw misused(models);
    }
  },
};

function folderOf(settings: Settings, set: string): string {
  const folder = modelSetFolder(settings, set);
  if (folder === undefined) {
    const known = [...modelSetFolders(settings).keys()].join(', ');
    throw new UsageError(`there is no model set '${set}'; there are ${known}`);
  }
  return folder;
}

function listModels(settings: Settings, json: boolean): ExitCode {
  let troubles = 0;
  const rows: object[] = [];
  for (const { set: name, folder, role = '' } of installedModelSets(settings)) {
    try {
      const { name: called, version, digest, manifest, dropped } = loadModelSet(folder);
      const { segmentation, classification } = manifest;
      rows.push({ set: name, role, folder, name: called, version, digest, dropped });
      if (json) continue;
      const size = `${segmentation.members.length} × ${classification.members.length} members`;
      const missing = dropped.map(({ file, reason }) => `${file} is left out: ${reason}`);
      const said = [`${called} ${version}`, size, `sha256:${digest.slice(0, 12)}`, ...missing];
      print([name.padEnd(12), role.padEnd(6), said.join(', ')].join('  '));
    } catch (error) {
      troubles += 1;
      const { code = '', reason = '' } = errorFields(error);
      rows.push({ set: name, role, folder, code, reason });
      if (json) continue;
      printError(`${name.padEnd(12)}  ${role.padEnd(6)}  cannot be used: ${reason} [${code}]`);
    }
  }
  if (json) printJson({ sets: rows });
  return troubles === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}

/** The card of a set, as the console shows it. */
function showModels(folder: string, json: boolean): ExitCode {
  const card = modelCard(folder);
  if (json) {
    printJson(card);
    return EXIT_CODES.done;
  }
  const { name, version, digest, notice, licence, intendedUse, members, limits, files } = card;
  const facts = (title: string, rows: typeof card.training): string[] =>
    rows.length === 0 ? [] : [title, ...rows.map((fact) => `  ${fact.name}: ${fact.value}`)];
  const lines = [
    `${name} ${version}, sha256:${digest}, ${licence}`,
    notice,
    intendedUse,
    `${members.segmentation} × ${members.classification} members`,
    ...facts('trained:', card.training),
    ...facts('measured:', card.measured),
    ...facts('limits beyond which an answer is no referral:', card.thresholds),
    ...(limits.length === 0 ? [] : ['limits:', ...limits.map((limit) => `  - ${limit}`)]),
    'files:',
    ...files.map(({ file, sha256 }) => `  ${file} sha256:${sha256}`),
  ];
  for (const line of lines) print(line);
  return EXIT_CODES.done;
}

/** Only a set that passes is chosen. A setting that names a folder goes before what is chosen here. */
async function useModels(
  settings: Settings,
  set: string,
  shadow: boolean,
  json: boolean,
): Promise<ExitCode> {
  const role = shadow ? 'shadow' : 'active';
  const [variable, value] = shadow
    ? (['OCTRIAGE_SHADOW_MODELS', settings.shadowModels] as const)
    : (['OCTRIAGE_MODELS', settings.models] as const);
  if (value !== '')
    throw new UsageError(`${variable} names ${value}; empty it, or change it there`);
  if (shadow && set === 'none') {
    chooseModelSet(settings, role, undefined);
    if (json) printJson({ role, set: null, chosen: true });
    else print('No set in shadow from the next start on.');
    return EXIT_CODES.done;
  }
  const folder = folderOf(settings, set);
  const verdict = await verifyModels(settings, folder);
  if (!json) printVerdict(verdict);
  if (!verdict.usable) {
    if (json) printJson({ role, set, chosen: false, ...verdict });
    return EXIT_CODES.failed;
  }
  chooseModelSet(settings, role, set === BUNDLED && !shadow ? undefined : folder);
  if (json) printJson({ role, set, chosen: true, ...verdict });
  else print(`${set} is the ${shadow ? 'set in shadow' : 'active set'} from the next start on.`);
  return EXIT_CODES.done;
}
