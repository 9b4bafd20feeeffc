import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Settings } from './config/settings-manifest.js';

type Places = Pick<Settings, 'models' | 'shadowModels' | 'modelSets' | 'dataDir'>;

/** Who reads scans: the set whose results are sent, and the one that only watches. */
export type ModelSetRole = 'active' | 'shadow';

/** The set that comes with the program. */
export const BUNDLED = 'bundled';
const BUNDLED_FOLDER = fileURLToPath(new URL('../models', import.meta.url));
const MANIFEST = 'manifest.json';

/** The folder of the active model set: the configured one, the chosen one, or the one that comes with the program. */
export function modelsFolder(settings: Places): string {
  return settings.models || chosen(settings).active || BUNDLED_FOLDER;
}

/** The folder of the model set in shadow; `undefined`: none. */
export function shadowModelsFolder(settings: Places): string | undefined {
  return settings.shadowModels || chosen(settings).shadow || undefined;
}

/** Model sets side by side: name → folder, the one of the program first. */
export function modelSetFolders(settings: Places): ReadonlyMap<string, string> {
  const sets = settings.modelSets || join(settings.dataDir, 'models');
  const found = existsSync(sets)
    ? readdirSync(sets, { withFileTypes: true })
        .filter((entry) => existsSync(join(sets, entry.name, MANIFEST)))
        .map((entry) => [entry.name, resolve(sets, entry.name)] as const)
        .sort()
    : [];
  return new Map([[BUNDLED, BUNDLED_FOLDER], ...found]);
}

/** A model set of this node; one that lies elsewhere is named by its folder. */
export interface InstalledModelSet {
  readonly set: string;
  readonly folder: string;
  /** From the next start on; absent: it only lies there. */
  readonly role?: ModelSetRole;
}

/** Every set that can be chosen, and those that are. */
export function installedModelSets(settings: Places): readonly InstalledModelSet[] {
  const active = modelsFolder(settings);
  const shadow = shadowModelsFolder(settings);
  const sets = new Map(modelSetFolders(settings));
  for (const folder of [active, shadow]) {
    if (folder !== undefined && ![...sets.values()].includes(folder)) sets.set(folder, folder);
  }
  return [...sets].map(([set, folder]) => ({
    set,
    folder,
    ...(folder === active
      ? { role: 'active' as const }
      : folder === shadow && { role: 'shadow' as const }),
  }));
}

/** The folder of a set by its name or path; `undefined` where there is none. */
export function modelSetFolder(settings: Places, set: string): string | undefined {
  const known = modelSetFolders(settings).get(set);
  if (known !== undefined) return known;
  return existsSync(join(set, MANIFEST)) ? resolve(set) : undefined;
}

const choiceSchema = z.object({
  active: z.string().optional(),
  shadow: z.string().optional(),
  /** What was active before, to go back to. */
  previous: z.string().optional(),
});
type Choice = z.infer<typeof choiceSchema>;

function choiceFile({ dataDir }: Places): string {
  return join(dataDir, 'model-sets.json');
}

/** What `models use` has chosen; it is asked where the settings name no folder. */
export function chosen(settings: Places): Choice {
  const path = choiceFile(settings);
  return existsSync(path) ? choiceSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
}

/** Chooses a set for a role from the next start on; `undefined`: none in shadow, or the program's own. */
export function chooseModelSet(
  settings: Places,
  role: ModelSetRole,
  folder: string | undefined,
): void {
  const { [role]: before, ...others } = chosen(settings);
  const previous = role === 'active' ? { previous: before ?? BUNDLED_FOLDER } : {};
  const choice = { ...others, ...(folder !== undefined && { [role]: folder }), ...previous };
  const path = choiceFile(settings);
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(choice, undefined, 2)}\n`);
  renameSync(unfinished, path);
}
