import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { OctVolume } from '../values/oct-volume.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import { InferenceError } from './errors.js';
import { infer } from './infer.js';
import type { Networks } from './sessions.js';

export const GOLDEN_SCAN_FILE = 'golden-scan.json';

/** Bytes as base64 of gzip. */
const packedBytes = z.string().transform((text) => gunzipSync(Buffer.from(text, 'base64')));
const positive = z.number().positive();

/** `golden-scan.json` of a model set: a small scan, and what this set answered for it where it was made, on a CPU. */
const goldenScanSchema = z.object({
  schemaVersion: z.literal(1),
  /** SHA-256 of the manifest that the answer belongs to. */
  modelSetDigest: z.string(),
  frames: z.int().positive(),
  rows: z.int().positive(),
  columns: z.int().positive(),
  spacing: z.object({ frame: positive, axial: positive, lateral: positive }),
  voxels: packedBytes,
  tissueMap: packedBytes,
  /** Mean probabilities in the order of REFERRAL_CLASSES. */
  referral: z.array(z.number()).length(REFERRAL_CLASSES.length),
});

export type GoldenScan = z.infer<typeof goldenScanSchema>;

/**
 * How far an answer may lie from the known one: share of voxels labelled alike, and difference of a mean probability.
 * Other providers round otherwise (models.md §4.9); an ensemble that lacks a member answers a little otherwise too.
 */
const TOLERANCES = {
  whole: { agreement: 0.995, referral: 0.05 },
  degraded: { agreement: 0.95, referral: 0.5 },
} as const;

/** The golden scan of a model folder; `undefined` where it has none, or one that was made with other networks. */
export function loadGoldenScan(folder: string, modelSetDigest: string): GoldenScan | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, GOLDEN_SCAN_FILE), 'utf8');
  } catch {
    return undefined;
  }
  let golden: GoldenScan;
  try {
    golden = goldenScanSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new InferenceError('OCT_GOLDEN_SCAN_DEVIATES', `${GOLDEN_SCAN_FILE} is damaged`, {
      cause,
    });
  }
  return golden.modelSetDigest === modelSetDigest ? golden : undefined;
}

/** How the networks did on the golden scan. */
export interface GoldenScanResult {
  /** B-scans a second, all members, from voxels to probabilities. */
  readonly bscansPerSecond: number;
}

/**
 * Reads the golden scan and compares.
 * @throws InferenceError OCT_GOLDEN_SCAN_DEVIATES, and the errors of `infer`
 */
export async function readGoldenScan(
  golden: GoldenScan,
  networks: Networks,
): Promise<GoldenScanResult> {
  const began = performance.now();
  const found = await infer(goldenVolume(golden), networks);
  const seconds = (performance.now() - began) / 1000;
  const { agreement, referral } =
    found.dropped === undefined ? TOLERANCES.whole : TOLERANCES.degraded;
  let alike = 0;
  for (let i = 0; i < golden.tissueMap.length; i++) {
    if (golden.tissueMap[i] === found.tissueMap[i]) alike++;
  }
  const share = alike / found.tissueMap.length;
  const difference = Math.max(
    ...meanReferral(found.referral).map((p, i) => Math.abs(p - golden.referral[i]!)),
  );
  // Asked in this way round, because a comparison with a value that is not a number is false.
  if (!(share >= agreement && difference <= referral)) {
    throw new InferenceError(
      'OCT_GOLDEN_SCAN_DEVIATES',
      `${(share * 100).toFixed(2)} % of the voxels as known, at least ${agreement * 100} % wanted; a probability differs by ${difference.toFixed(3)}, at most ${referral} allowed; ${networks.executionProvider}`,
    );
  }
  return { bscansPerSecond: golden.frames / seconds };
}

export function goldenVolume({ frames, rows, columns, spacing, voxels }: GoldenScan): OctVolume {
  return {
    frames,
    rows,
    columns,
    spacing,
    voxels,
    laterality: 'R',
    frameNumbers: Array.from({ length: frames }, (_, frame) => frame + 1),
    profile: { id: 'golden-scan', because: 'self-test', evidence: 'phantom' },
    steps: [],
  };
}

export function meanReferral(rows: readonly (readonly number[])[]): number[] {
  return REFERRAL_CLASSES.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}
