import { withReaderFeedback } from '../archive/reader-feedback.js';
import { readShadowReadings } from '../archive/shadow-readings.js';
import type { Settings } from '../config/settings-manifest.js';
import {
  agreementOf,
  againstReaders,
  type AgainstReaders,
  type DecisionPair,
} from '../evaluation/agreement.js';
import { settle } from '../evaluation/feedback-report.js';
import { loadModelSet, type ModelSet } from '../inference/model-set.js';
import { decideFolder } from '../rereading/read-folder.js';
import { EXIT_CODES, print, printError, printJson, type ExitCode } from './commands.js';
import { progressBar } from './progress.js';

type Pair = readonly [a: string, b: string];

/**
 * `octriage models compare`: what would change if B read instead of A, on the scans of a folder, or on those that one of
 * them has read while the other was in shadow.
 */
export async function compareModels(
  settings: Settings,
  folders: Pair,
  scans: string | undefined,
  json: boolean,
): Promise<ExitCode> {
  const a = loadModelSet(folders[0]);
  const b = loadModelSet(folders[1]);
  if (!json) print(`A: ${named(a)}\nB: ${named(b)}`);
  const pairs =
    scans === undefined
      ? await fromLedger(settings, a, b)
      : await fromFolder(settings, folders, scans);
  if (pairs.length === 0) {
    printError(
      scans === undefined
        ? 'No scan was read by one of them while the other was in shadow; set OCTRIAGE_SHADOW_MODELS, or give a folder of scans.'
        : `there is no scan in ${scans}`,
    );
    return EXIT_CODES.failed;
  }
  const agreement = agreementOf(pairs);
  const readers = scans === undefined ? await countsOfReaders(settings, pairs) : null;
  if (json) {
    printJson({ a: factsOf(a), b: factsOf(b), ...agreement, readers });
    return EXIT_CODES.done;
  }
  for (const change of agreement.changes) print(`${change.name}: A ${change.a}, B ${change.b}`);
  const { same, moreUrgent, lessUrgent, onlyA, onlyB, meanDifference } = agreement;
  print(`${same} of ${agreement.scans} scans decided alike`);
  print(`B more urgent: ${moreUrgent}, less urgent: ${lessUrgent}`);
  print(`decided by A alone: ${onlyA}, by B alone: ${onlyB}`);
  if (meanDifference !== null) {
    print(`largest difference of a probability, mean over scans: ${meanDifference.toFixed(3)}`);
  }
  if (scans === undefined) for (const line of readersInWords(readers)) print(line);
  return EXIT_CODES.done;
}

/** Which of them the readers would follow, where they have judged scans that both read. */
async function countsOfReaders(
  { dataDir }: Settings,
  pairs: readonly DecisionPair[],
): Promise<ReturnType<typeof againstReaders>> {
  const { settled } = settle(await withReaderFeedback(dataDir, (all) => all.all()));
  const rightClasses = new Map(
    settled.flatMap(({ scan, right }) =>
      right === undefined ? [] : [[scan.acquisitionId, right] as const],
    ),
  );
  return againstReaders(pairs, rightClasses);
}

function readersInWords(counts: ReturnType<typeof againstReaders>): readonly string[] {
  if (counts === null) {
    return ['No reader has judged any of these scans; see `octriage feedback`.'];
  }
  const said = ({ right, underReferred, overReferred, notAssessed }: AgainstReaders): string =>
    `${right} right, ${underReferred} under-referred, ${overReferred} over-referred, ${notAssessed} not assessed`;
  const of = `Of ${counts.scans} scans that readers judged`;
  return [`${of}: A ${said(counts.a)}`, `${of}: B ${said(counts.b)}`];
}

function factsOf({ name, version, digest }: ModelSet): object {
  return { name, version, digest };
}

function named({ name, version, digest }: ModelSet): string {
  return `${name} ${version}, sha256:${digest.slice(0, 12)}`;
}

async function fromLedger(
  { dataDir }: Settings,
  a: ModelSet,
  b: ModelSet,
): Promise<readonly DecisionPair[]> {
  const pairs: DecisionPair[] = [];
  for (const reading of await readShadowReadings(dataDir)) {
    const { acquisitionId: name, activeSet, shadowSet, active, shadow } = reading;
    if (shadow === undefined) continue;
    if (activeSet === a.digest && shadowSet === b.digest)
      pairs.push({ name, a: active, b: shadow });
    if (activeSet === b.digest && shadowSet === a.digest)
      pairs.push({ name, a: shadow, b: active });
  }
  return pairs;
}

async function fromFolder(
  settings: Settings,
  [a, b]: Pair,
  folder: string,
): Promise<readonly DecisionPair[]> {
  const decide = async (set: string, name: string) => {
    const progress = progressBar(`scans by ${name}`);
    const decisions = await decideFolder(folder, settings, set, (done, of) => {
      progress.show(done, of);
    });
    progress.clear();
    return decisions;
  };
  const ofA = await decide(a, 'A');
  const ofB = await decide(b, 'B');
  return [...ofA].map(([name, decision]) => ({ name, a: decision, b: ofB.get(name)! }));
}
