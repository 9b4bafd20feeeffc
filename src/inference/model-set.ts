import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PATHOLOGIES, REFERRAL_CLASSES } from '../values/referral-class.js';
import { TISSUES } from '../values/tissue.js';
import type { DroppedMember, ModelIdentity } from '../values/findings.js';
import { countOf } from './ensemble.js';
import { InferenceError } from './errors.js';
import { modelManifestSchema } from './manifest.js';
import type { ModelManifest } from './manifest.js';

/** One file of a model set whose bytes were compared with the manifest. */
export interface ModelFile {
  readonly file: string;
  readonly path: string;
  readonly sha256: string;
}

/** A folder with networks whose manifest and hashes were checked. */
export interface ModelSet {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of manifest.json, which names the SHA-256 of every other file: one digest for the whole set. */
  readonly digest: string;
  readonly manifest: ModelManifest;
  readonly segmentation: readonly ModelFile[];
  readonly classification: readonly ModelFile[];
  /** Members whose file is missing or changed; enough others are left (`minimumMembers`). */
  readonly dropped: readonly DroppedMember[];
  /** The cost matrix by which the set decides where no operating point is chosen. */
  readonly decision: ModelFile;
  /** All its cost matrices, by the name of their operating point. */
  readonly operatingPoints: ReadonlyMap<string, ModelFile>;
}

/**
 * Reads and checks a model set: schema, class tables, presence and SHA-256 of every file. Loads no network, so the
 * gateway can call it at start without ONNX Runtime. A damaged member is dropped while the ensemble can do without it.
 * @throws InferenceError OCT_MODEL_MANIFEST_UNREADABLE, OCT_MODEL_MANIFEST_INVALID, OCT_MODEL_CLASSES_DIFFER,
 *   OCT_MODEL_FILE_MISSING, OCT_MODEL_FILE_CHANGED
 */
export function loadModelSet(folder: string): ModelSet {
  const { manifest, digest } = readModelManifest(folder);
  const checked = (entry: { file: string; sha256: string }): ModelFile => {
    const file = { file: entry.file, path: join(folder, entry.file), sha256: entry.sha256 };
    readModelFile(file);
    return file;
  };
  const dropped: DroppedMember[] = [];
  const sound = (role: ModelIdentity['role']): readonly ModelFile[] => {
    return manifest[role].members.flatMap((member) => {
      try {
        return [checked(member)];
      } catch (error) {
        if (!(error instanceof InferenceError)) throw error;
        const left = manifest[role].members.length - 1 - countOf(dropped, role);
        if (left < manifest[role].minimumMembers) throw error;
        dropped.push({ role, file: member.file, sha256: member.sha256, reason: error.code });
        return [];
      }
    });
  };
  return {
    folder,
    name: manifest.name,
    version: manifest.version,
    digest,
    manifest,
    segmentation: sound('segmentation'),
    classification: sound('classification'),
    dropped,
    decision: checked(manifest.decision),
    operatingPoints: new Map(
      Object.entries(manifest.operatingPoints ?? {}).map(([name, file]) => [name, checked(file)]),
    ),
  };
}

/**
 * The manifest of a model set, checked, and its digest; the files that it names are not looked at.
 * @throws InferenceError OCT_MODEL_MANIFEST_UNREADABLE, OCT_MODEL_MANIFEST_INVALID, OCT_MODEL_CLASSES_DIFFER
 */
export function readModelManifest(folder: string): Pick<ModelSet, 'manifest' | 'digest'> {
  const bytes = readManifest(folder);
  const manifest = parseManifest(bytes);
  checkClasses(manifest);
  return { manifest, digest: hash(bytes) };
}

/**
 * The bytes of a model file, compared with its SHA-256 in the same breath, so that what is loaded is what was checked.
 * @throws InferenceError OCT_MODEL_FILE_MISSING, OCT_MODEL_FILE_CHANGED
 */
export function readModelFile(file: ModelFile): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file.path);
  } catch (cause) {
    throw new InferenceError('OCT_MODEL_FILE_MISSING', file.file, { cause });
  }
  const found = hash(bytes);
  if (found !== file.sha256) {
    throw new InferenceError(
      'OCT_MODEL_FILE_CHANGED',
      `${file.file} has SHA-256 ${found}, the manifest says ${file.sha256}`,
    );
  }
  return bytes;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readManifest(folder: string): Uint8Array {
  const path = join(folder, 'manifest.json');
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new InferenceError('OCT_MODEL_MANIFEST_UNREADABLE', path, { cause });
  }
}

function parseManifest(bytes: Uint8Array): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new InferenceError('OCT_MODEL_MANIFEST_INVALID', 'not JSON', { cause });
  }
  const parsed = modelManifestSchema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`,
    );
    throw new InferenceError('OCT_MODEL_MANIFEST_INVALID', issues.join('; '));
  }
  return parsed.data;
}

function checkClasses(manifest: ModelManifest): void {
  const tables = [
    {
      name: 'classes',
      found: manifest.classes.map((entry) => `${entry.index} ${entry.name} ${entry.kind}`),
      expected: TISSUES.map((tissue, index) => `${index} ${tissue.name} ${tissue.kind}`),
    },
    { name: 'referralClasses', found: manifest.referralClasses, expected: REFERRAL_CLASSES },
    {
      name: 'pathologies',
      found: manifest.pathologies,
      expected: PATHOLOGIES.map((pathology) => pathology.name),
    },
  ];
  for (const { name, found, expected } of tables) {
    const length = Math.max(found.length, expected.length);
    for (let i = 0; i < length; i++) {
      if (found[i] !== expected[i]) {
        throw new InferenceError(
          'OCT_MODEL_CLASSES_DIFFER',
          `${name}[${i}] is ${found[i] ?? 'missing'}, expected ${expected[i] ?? 'nothing'}`,
        );
      }
    }
  }
}
