import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import type { DeviceProfile, ProfileMatch, Range } from '../values/device-profile.js';
import { PROFILES } from './profiles.js';

/** What of a header tells the device and the protocol. Nothing of the patient is in it. */
interface DeviceTraits {
  readonly sopClassUid: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly sliceThickness: number | undefined;
  readonly orientationPerFrame: boolean;
}

/**
 * Finds the profile of a scan from its header: all conditions of the profile's rule hold, and of several the most
 * specific wins: the one with more conditions, then the one with the narrower matrix. A device that no profile describes stays unknown; the nearest one is never taken instead.
 */
export function matchProfile(
  header: DataSet,
  profiles: readonly DeviceProfile[] = PROFILES,
): ProfileMatch {
  const traits = traitsOf(header);
  const misses = profiles.map((profile) => ({ profile, miss: firstMiss(profile, traits) }));
  const [best] = misses
    .filter(({ miss }) => miss === undefined)
    .map(({ profile }) => profile)
    .sort((a, b) => conditionCount(b) - conditionCount(a) || breadth(a) - breadth(b));
  const device = `${traits.manufacturer} ${traits.model}`;
  if (best === undefined) {
    const deviceKnown = misses.some(({ miss }) => miss?.kind === 'protocol');
    return { matched: false, deviceKnown, because: explainMiss(traits, misses) };
  }
  const siblings = misses.filter(({ miss }) => miss !== undefined && miss.kind !== 'maker');
  const origin = best.siteFile === undefined ? '' : ` (profile of this site: ${best.siteFile})`;
  const because = [
    `${best.name}${origin} because ${device}, ${matchedWords(best, traits)}`,
    ...missedClauses(siblings),
  ];
  return { matched: true, profile: best, because: because.join('; ') };
}

/**
 * How many B-scans a scan like this one has, whatever part of it is here: from the matrices in the tables of the
 * profiles that would match it whole. `undefined` where none says it or they differ.
 */
export function expectedFrames(
  header: DataSet,
  profiles: readonly DeviceProfile[] = PROFILES,
): number | undefined {
  const traits = traitsOf(header);
  const counts = profiles.flatMap((profile) =>
    (profile.geometry.table ?? [])
      .filter(({ rows, columns }) => rows === traits.rows && columns === traits.columns)
      .filter(({ frames }) => firstMiss(profile, { ...traits, frames }) === undefined)
      .map(({ frames }) => frames),
  );
  return new Set(counts).size === 1 ? counts[0] : undefined;
}

interface Miss {
  /** How far the profile came: another maker, another model, or the right model in another protocol. */
  readonly kind: 'maker' | 'model' | 'protocol';
  readonly words: string;
}

function firstMiss({ match }: DeviceProfile, traits: DeviceTraits): Miss | undefined {
  if (match.sopClassUid !== traits.sopClassUid)
    return { kind: 'maker', words: 'the object is not an Ophthalmic Tomography Image' };
  if (!isLike(traits.manufacturer, match.manufacturers))
    return { kind: 'maker', words: `manufacturer is ${traits.manufacturer}` };
  if (!isLike(traits.model, match.models))
    return { kind: 'model', words: `model is ${traits.model}` };
  for (const dimension of ['frames', 'rows', 'columns'] as const) {
    if (!Number.isInteger(traits[dimension]) || !isWithin(traits[dimension], match[dimension]))
      return {
        kind: 'protocol',
        words: `${String(traits[dimension])} ${dimension} are not within ${inWords(match[dimension])}`,
      };
  }
  if (match.orientationPerFrame === true && !traits.orientationPerFrame)
    return { kind: 'protocol', words: 'all frames share one plane orientation' };
  if (match.sliceThickness === undefined) return undefined;
  if (traits.sliceThickness === undefined)
    return { kind: 'protocol', words: 'slice thickness is missing' };
  if (!isWithin(traits.sliceThickness, match.sliceThickness))
    return {
      kind: 'protocol',
      words: `slice thickness ${String(traits.sliceThickness)} mm is not within ${inWords(match.sliceThickness)} mm`,
    };
  return undefined;
}

function traitsOf(header: DataSet): DeviceTraits {
  const groups = functionalGroups(header);
  return {
    sopClassUid: header.text('SOPClassUID') ?? '',
    manufacturer: printable(header.text('Manufacturer')),
    model: printable(header.text('ManufacturerModelName')),
    frames: header.number('NumberOfFrames') ?? 1,
    rows: header.number('Rows') ?? 0,
    columns: header.number('Columns') ?? 0,
    sliceThickness: groups.macro('PixelMeasuresSequence', 0)?.number('SliceThickness'),
    orientationPerFrame: groups.isPerFrame('PlaneOrientationSequence'),
  };
}

type Judged = readonly { readonly profile: DeviceProfile; readonly miss: Miss | undefined }[];

function explainMiss(traits: DeviceTraits, misses: Judged): string {
  const nearest = (['protocol', 'model', 'maker'] as const).find((kind) =>
    misses.some(({ miss }) => miss?.kind === kind),
  );
  const { manufacturer, model } = traits;
  const opening =
    nearest === 'protocol'
      ? `${manufacturer} ${model} is known, this scan of it is not`
      : nearest === 'model'
        ? `${manufacturer} model ${model} is not in a profile`
        : `${manufacturer} ${model} is not in a profile`;
  return [opening, ...missedClauses(misses)].join('; ');
}

/** One clause for each thing that differs, so that six profiles of other makers are not six sentences. */
function missedClauses(misses: Judged): readonly string[] {
  const namesByWords = new Map<string, Set<string>>();
  for (const { profile, miss } of misses) {
    if (miss === undefined) continue;
    const names = namesByWords.get(miss.words) ?? new Set();
    namesByWords.set(
      miss.words,
      names.add(miss.kind === 'protocol' ? profile.name : profile.family),
    );
  }
  return [...namesByWords].map(([words, names]) => `not ${[...names].join(' or ')}: ${words}`);
}

function matchedWords({ match }: DeviceProfile, traits: DeviceTraits): string {
  const words = [
    `${String(traits.frames)} frames of ${String(traits.rows)} rows and ${String(traits.columns)} columns`,
  ];
  if (match.sliceThickness !== undefined)
    words.push(
      `slice thickness ${String(traits.sliceThickness)} mm within ${inWords(match.sliceThickness)} mm`,
    );
  if (match.orientationPerFrame === true) words.push('plane orientation per frame');
  return words.join(', ');
}

function conditionCount({ match }: DeviceProfile): number {
  return Object.keys(match).length;
}

function breadth({ match: { frames, rows, columns } }: DeviceProfile): number {
  return [frames, rows, columns].reduce((product, { from, to }) => product * (1 + to - from), 1);
}

/** Manufacturers' own spelling varies in case and blanks between software versions. */
function isLike(text: string, patterns: readonly string[]): boolean {
  const name = text.toLowerCase();
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

/** At most the 64 characters of an LO, without control characters: it goes into a report and a log. */
function printable(text = ''): string {
  const clean = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 64);
  return clean === '' ? '(empty)' : clean;
}

function isWithin(value: number, { from, to }: Range): boolean {
  return value >= from && value <= to;
}

function inWords({ from, to }: Range): string {
  return from === to ? String(from) : `${String(from)} to ${String(to)}`;
}
