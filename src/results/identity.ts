import { deterministicUid } from '../dicom/uid.js';
import type { TissueName } from '../values/tissue.js';
import type { ResultInput } from './result-input.js';
import { sourceInstances } from './source-frames.js';

export type ResultKind = 'segmentation' | 'report';

/**
 * A UID of one run: of what it was made (source UIDs and digest) and by what (product, models, settings), and nothing
 * else (dicom-objects.md §2.10). Orthanc keeps the first object of a UID and answers Success to a different second
 * one, so whatever changes the content must change the UID.
 */
export function runUid(input: ResultInput, ...parts: readonly string[]): string {
  const { product, findings, settingsDigest } = input;
  return deterministicUid(
    ...parts,
    ...sourceInstances(input).flatMap(({ sopInstanceUid, digest }) => [sopInstanceUid, digest]),
    product.version,
    findings?.modelSet.digest ?? 'no model',
    settingsDigest,
    // An ensemble that lacks a member answers otherwise. Whole ones keep the UIDs that they always had.
    ...(findings?.dropped ?? []).map(({ role, sha256 }) => `without ${role} ${sha256}`),
  );
}

/**
 * The decision is part of it: where no network ran, or a stage failed once and not again, nothing else tells two
 * contents apart.
 */
export function sopInstanceUid(input: ResultInput, kind: ResultKind): string {
  const { decision, otherScans = [] } = input;
  const outcome =
    decision.kind === 'assessed'
      ? decision.referral
      : decision.reasons.map(({ name }) => name).join();
  // Only the report speaks of other scans, and which of them were read before is a matter of time.
  const others = kind === 'report' ? otherScans.map((scan) => JSON.stringify(scan)) : [];
  return runUid(input, 'instance', kind, outcome, String(input.findings !== undefined), ...others);
}

export function seriesInstanceUid(input: ResultInput, kind: ResultKind): string {
  return runUid(input, 'series', kind);
}

/** What makes a lesion of the report and its segment one thing (IHE AIR): the same in SEG and SR. */
export interface Tracking {
  readonly identifier: string;
  readonly uid: string;
}

export function tracking(
  input: ResultInput,
  subject: TissueName | 'referral' | 'quality' | 'analysis',
): Tracking {
  return { identifier: `OCTriage ${subject}`, uid: runUid(input, 'tracking', subject) };
}
