import { z } from 'zod';

import { SCAN_STATISTICS } from './scan-statistics.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const probability = z.number().min(0).max(1);
/** A file beside the manifest: no folder in the name, so that a manifest cannot point outside its own folder. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
const hashedFile = z.strictObject({ file: fileName, sha256 });

const member = z.strictObject({
  file: fileName,
  sha256,
  bytes: z.int().positive(),
  parameters: z.int().positive(),
  seed: z.int(),
  steps: z.int().positive(),
});

const tensor = z.strictObject({
  name: z.string(),
  dtype: z.enum(['float32', 'uint8']),
  /** Numbers are fixed, letters may vary from run to run. */
  shape: z.array(z.union([z.int().positive(), z.string()])),
});

/** The grid on which the segmentation network sees a B-scan. */
const canonicalGrid = z.strictObject({
  rows: z.int().positive(),
  /** Columns follow the width of the scan, rounded up to this multiple: 256 for a scan of 6 mm. */
  columnsMultipleOf: z.int().positive(),
  axialUm: z.number().positive(),
  lateralUm: z.number().positive(),
  /** Distance wanted between a B-scan and the neighbours that the network sees beside it. */
  neighbourUm: z.number().positive(),
});

/** Intensity: the percentiles of the signal that become 0 and 1, and the range to which the result is cut. */
const normalisation = z.strictObject({
  id: z.literal('pedestal-p20-p993-v1'),
  pedestalPercentile: z.number().min(0).max(100),
  brightPercentile: z.number().min(0).max(100),
  leastRange: z.number().positive(),
  clip: z.tuple([z.number(), z.number()]),
});

/** The en-face grid of the classification network, centred on the scan. */
const enFaceGrid = z.strictObject({
  frames: z.int().positive(),
  columns: z.int().positive(),
  frameUm: z.number().positive(),
  lateralUm: z.number().positive(),
});

const network = z
  .strictObject({
    opset: z.int(),
    producer: z.string(),
    input: tensor,
    outputs: z.array(tensor).min(1),
    /** With fewer members than this the ensemble is not asked. */
    minimumMembers: z.int().positive(),
    members: z.array(member).min(1),
  })
  .refine(({ members, minimumMembers }) => members.length >= minimumMembers, {
    path: ['members'],
    message: 'fewer than minimumMembers',
  })
  .refine(({ members }) => new Set(members.map((one) => one.sha256)).size === members.length, {
    path: ['members'],
    message: 'the same file twice would agree with itself',
  });

const statistics = SCAN_STATISTICS.length;
/** The statistics of the training scans: their mean and the inverse of their covariance. */
const likeness = z.strictObject({
  /** Their names, in the program's order: other statistics are another contract. */
  statistics: z.array(z.string()).refine((names) => names.join() === SCAN_STATISTICS.join(), {
    message: `not ${SCAN_STATISTICS.join(', ')}`,
  }),
  mean: z.array(z.number()).length(statistics),
  precision: z.array(z.array(z.number()).length(statistics)).length(statistics),
});

/** When the answer of the networks is not turned into a referral. */
const thresholds = z.strictObject({
  minimumRetinaShare: probability,
  minimumTopProbability: probability,
  maximumSpread: probability,
  cnvSafetyNet: probability,
  /** Distance from the training scans, in their own spread. */
  maximumDistance: z.number().positive(),
  /** Share of the tissue in which a segmentation member contradicts the majority. */
  maximumDisagreement: probability,
});

/** How scans and maps are prepared for the networks: what training and the program must share. */
const contract = { canonicalGrid, normalisation, enFaceGrid };
export const modelContractSchema = z.strictObject(contract);

/**
 * `manifest.json` of a model set: the contract between the networks and this program. What the program depends on is
 * checked field by field; `training` and `evaluation` are read by people and may hold anything.
 */
export const modelManifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1).max(64),
  version: z.string().min(1).max(16),
  notice: z.string().startsWith('RESEARCH USE ONLY'),
  intendedUse: z.string(),
  licence: z.string(),
  classes: z.array(z.strictObject({ index: z.int(), name: z.string(), kind: z.string() })),
  referralClasses: z.array(z.string()),
  pathologies: z.array(z.string()),
  ...contract,
  segmentation: network,
  classification: network,
  thresholds,
  /** null: this set does not say what its training scans were like, and only disagreement is checked. */
  likeness: likeness.nullable(),
  /** The cost matrix by which the set decides, unless an operating point is chosen. */
  decision: hashedFile,
  /** Cost matrices by name, of which the setting chooses one. */
  operatingPoints: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), hashedFile).optional(),
  /** Pictures for the model card; the program does not look at them. */
  figures: z.array(hashedFile).optional(),
  training: z.record(z.string(), z.unknown()),
  evaluation: z.record(z.string(), z.unknown()),
});

export type ModelManifest = Readonly<z.infer<typeof modelManifestSchema>>;
export type NetworkManifest = ModelManifest['segmentation'];
export type CanonicalGrid = ModelManifest['canonicalGrid'];
export type IntensityNormalisation = ModelManifest['normalisation'];
export type TrainingLikeness = NonNullable<ModelManifest['likeness']>;
export type EnFaceGrid = ModelManifest['enFaceGrid'];
