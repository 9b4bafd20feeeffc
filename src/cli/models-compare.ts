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
import { decideFolder } from '../read-folder.js';
import { EXIT_CODES, print, printError, type ExitCode } from './commands.js';

type Pair = readonly [a: string, b: string];

/**
 * `octriage models compare`: what would change if B read instead of A, on the scans of a folder, or on those that one of
 * them has read while the other was in shadow.
 */
export async function compareModels(
  settings: Settings,
  folders: Pair,
  scans: string | undefined,
): Promise<ExitCode> {
  const a = loadModelSet(folders[0]);
  const b = loadModelSet(folders[1]);
  print(`A: ${named(a)}\nB: ${named(b)}`);
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
  for (const change of agreement.changes) print(`${change.name}: A ${change.a}, B ${change.b}`);
  const { same, moreUrgent, lessUrgent, onlyA, onlyB, meanDifference } = agreement;
  print(`${same} of ${agreement.scans} scans decided alike`);
  print(`B more urgent: ${moreUrgent}, less urgent: ${lessUrgent}`);
  print(`decided by A alone: ${onlyA}, by B alone: ${onlyB}`);
  if (meanDifference !== null) {
    print(`largest difference of a probability, mean over scans: ${meanDifference.toFixed(3)}`);
  }
  if (scans === undefined) await compareWithReaders(settings, pairs);
  return EXIT_CODES.done;
}

/** Which of them the readers would follow, where they have judged scans that both read. */
async function compareWithReaders(
  { dataDir }: Settings,
  pairs: readonly DecisionPair[],
): Promise<void> {
  const { settled } = settle(await withReaderFeedback(dataDir, (all) => all.all()));
  const rightClasses = new Map(
    settled.flatMap(({ scan, right }) =>
      right === undefined ? [] : [[scan.acquisitionId, right] as const],
    ),
  );
  const counts = againstReaders(pairs, rightClasses);
  if (counts === null) {
    print('No reader has judged any of these scans; see `octriage feedback`.');
    return;
  }
  const said = ({ right, underReferred, overReferred, notAssessed }: AgainstReaders): string =>
    `${right} right, ${underReferred} under-referred, ${overReferred} over-referred, ${notAssessed} not assessed`;
  print(`Of ${counts.scans} scans that readers judged: A ${said(counts.a)}`);
  print(`Of ${counts.scans} scans that readers judged: B ${said(counts.b)}`);
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
  const ofA = await decideFolder(folder, settings, a);
  const ofB = await decideFolder(folder, settings, b);
  return [...ofA].map(([name, decision]) => ({ name, a: decision, b: ofB.get(name)! }));
}
