import { fileURLToPath } from 'node:url';
import { TISSUES, tissueIndex, type TissueName } from '../../src/values/tissue.js';
import { run } from './run.js';
import { PYTHON } from './tools.js';

/** What pydicom finds when it lays a result over its source and the phantom's truth. */
export interface Comparison {
  /** Overlap of the tissue's segment with the truth, 0 to 1; then with the truth turned over in one way. */
  readonly dice: number;
  readonly diceIfFlipped: Readonly<Record<string, number>>;
  /** Frames of the segmentation whose plane is not that of the source frame to which they refer. */
  readonly planesDiffer: number;
  /** Attributes of patient and study that are not as in the source. */
  readonly identityDiffers: readonly string[];
  /** Every laterality in the report: 'R', 'L', or both. */
  readonly laterality: string;
  /** The referral code, or empty. */
  readonly referral: string;
  readonly volumeMm3InReport: number | null;
  readonly volumeMm3OfPixels: number;
  readonly volumeMm3OfTruth: number;
  readonly referencesSegmentation: boolean;
}

const SCRIPT = fileURLToPath(new URL('compare_results.py', import.meta.url));

/** Runs `compare_results.py`; `truth` is a .npy of tissue indices, frames inferior to superior. */
export async function compareResults(
  paths: {
    readonly source: string;
    readonly segmentation: string;
    readonly report: string;
    readonly truth: string;
  },
  tissue: TissueName,
): Promise<Comparison> {
  const index = tissueIndex(tissue);
  const { code, stdout, stderr } = await run(PYTHON, [
    SCRIPT,
    ...[paths.source, paths.segmentation, paths.report, paths.truth],
    ...[String(index), TISSUES[index]?.meaning ?? ''],
  ]);
  if (code !== 0) throw new Error(`compare_results.py: ${stderr}`);
  return JSON.parse(stdout) as Comparison;
}
