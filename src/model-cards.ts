import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './config/settings-manifest.js';
import type { Fact, ModelCardRow } from './console/node-model.js';
import type { ModelManifest } from './inference/manifest.js';
import { readModelManifest } from './inference/model-set.js';
import { installedModelSets } from './models-folder.js';
import { errorFields } from './operations/log.js';

type ModelCard = NonNullable<ModelCardRow['about']>;

/** A model set's card, the first that is there. */
const CARD_FILES = ['MODEL_CARD.md', 'README.md'];

/** Each limit of the manifest, as `referral/decide.ts` uses it. */
const THRESHOLD_WORDS: Readonly<Record<keyof ModelManifest['thresholds'], string>> = {
  minimumRetinaShare: 'share of A-scans with a retina, at least',
  minimumTopProbability: 'probability of the likeliest class, at least',
  maximumSpread: 'spread of the predictions, at most',
  cnvSafetyNet: 'probability of neovascularisation that rules out observation only, from',
  maximumDistance: 'distance from the training scans, at most',
  maximumDisagreement: 'share of the tissue in which a network disagrees, at most',
};

/**
 * The installed model sets with what their manifests and cards say of them. Their files are not compared with their
 * digests here (`octriage models verify` does): that would read every network at each look.
 * @param inUse folder of the set that reads
 */
export function modelCards(settings: Settings, inUse: string): readonly ModelCardRow[] {
  const rows = installedModelSets(settings).map(({ set, folder, role }): ModelCardRow => {
    const own = { set, inUse: folder === inUse, ...(role && { role }) };
    try {
      return { ...own, about: modelCard(folder) };
    } catch (error) {
      const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
      return { ...own, trouble: `${reason} [${code}]` };
    }
  });
  return rows.toSorted((a, b) => Number(b.inUse) - Number(a.inUse));
}

/** What manifest and card of one set say. @throws InferenceError where the manifest cannot be used */
export function modelCard(folder: string): ModelCard {
  const { manifest, digest } = readModelManifest(folder);
  return aboutOf(manifest, digest, cardOf(folder) ?? '');
}

/** The whole card of an installed set, as text; `undefined` where there is none. */
export function modelCardText(settings: Settings, set: string): string | undefined {
  const found = installedModelSets(settings).find((one) => one.set === set);
  return found && cardOf(found.folder);
}

function cardOf(folder: string): string | undefined {
  const path = CARD_FILES.map((name) => join(folder, name)).find((one) => existsSync(one));
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}

function aboutOf(manifest: ModelManifest, digest: string, card: string): ModelCard {
  const { name, version, notice, licence, intendedUse, training, evaluation } = manifest;
  const { segmentation, classification, thresholds } = manifest;
  const files = [...segmentation.members, ...classification.members, manifest.decision];
  return {
    name,
    version,
    digest,
    notice,
    licence,
    intendedUse: section(card, /intended use/i) || intendedUse,
    members: {
      segmentation: segmentation.members.length,
      classification: classification.members.length,
    },
    files: files.map(({ file, sha256 }) => ({ file, sha256 })),
    training: factsOf(training),
    measured: factsOf(evaluation),
    thresholds: factsOf(thresholds).map(({ name: key, value }) => {
      return { name: THRESHOLD_WORDS[key as keyof typeof THRESHOLD_WORDS], value };
    }),
    limits: section(card, /limit/i)
      .split(/^- /m)
      .map((text) => text.trim())
      .filter((text) => text !== ''),
    hasCard: card !== '',
  };
}

/** The text below the first heading of the card whose words match, its lines joined; lists keep their bullets. */
export function section(card: string, heading: RegExp): string {
  const found = card
    .split(/^(?=#{1,6} )/m)
    .find((part) => heading.test(/^#.*$/m.exec(part)?.[0] ?? ''));
  if (found === undefined) return '';
  return found
    .replace(/^#.*$/m, '')
    .replace(/[*`]+/g, '')
    .replace(/\s*\n\s*(?=- )/g, '\n')
    .replace(/\s*\n(?!- )\s*/g, ' ')
    .trim();
}

/** `training` and `evaluation` of a manifest may hold anything: each number and text with the way to it. */
export function factsOf(value: unknown, way = ''): readonly Fact[] {
  if (value === null) return [{ name: way, value: '–' }];
  if (typeof value === 'string') return [{ name: way, value }];
  if (typeof value !== 'object') return [{ name: way, value: JSON.stringify(value) }];
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null)) {
    return [{ name: way, value: value.join(', ') }];
  }
  return Object.entries(value).flatMap(([key, one]) => {
    return factsOf(one, way === '' ? key : `${way} › ${key}`);
  });
}
