import { deterministicUid } from '../dicom/uid.js';
import type { TissueName } from '../values/tissue.js';
import type { ResultKind } from '../values/result-kinds.js';
import type { ResultReference } from '../values/result-objects.js';
import { RESULT_FORMS } from './kinds.js';
import type { ResultInput } from './result-input.js';
import type { SurfaceName } from './height-map/codes.js';
import { sourceInstances } from './source-frames.js';

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
 * contents apart. So are the documents that it follows, which the report names.
 * @param instanceNumber its place among the objects of its kind
 */
export function sopInstanceUid(input: ResultInput, kind: ResultKind, instanceNumber = 1): string {
  const { decision, otherScans = [], predecessors = [] } = input;
  const outcome =
    decision.kind === 'assessed'
      ? decision.referral
      : decision.reasons.map(({ name }) => name).join();
  const earlier = predecessors.map((predecessor) => predecessor.sopInstanceUid);
  // Only the reports speak of other scans, and which of them were read before is a matter of time.
  const isReport = kind === 'report' || kind === 'enhanced-report';
  const others = isReport ? otherScans.map((scan) => JSON.stringify(scan)) : [];
  const seen = String(input.findings !== undefined);
  const which = [...earlier, ...others, ...further(instanceNumber)];
  return runUid(input, 'instance', kind, outcome, seen, ...which);
}

export function seriesInstanceUid(
  input: ResultInput,
  kind: ResultKind,
  instanceNumber = 1,
): string {
  return runUid(input, 'series', kind, ...further(instanceNumber));
}

/** The first of a kind, nearly always the only one, is told by its kind. */
function further(instanceNumber: number): readonly string[] {
  return instanceNumber === 1 ? [] : [`instance ${instanceNumber}`];
}

/** What the objects of a run call each other by. */
export function reference(input: ResultInput, kind: ResultKind): ResultReference {
  return {
    kind,
    sopClassUid: RESULT_FORMS[kind].sopClassUid,
    sopInstanceUid: sopInstanceUid(input, kind),
    seriesInstanceUid: seriesInstanceUid(input, kind),
  };
}

/** What makes a lesion of the report and its segment one thing (IHE AIR): the same in SEG and SR. */
export interface Tracking {
  readonly identifier: string;
  readonly uid: string;
}

/** What a segment or a group of the report is about. */
export type Tracked =
  | TissueName
  | SurfaceName
  | 'background'
  | `alternative ${TissueName | 'background'}`
  | `network ${number} ${TissueName | 'background'}`
  | 'referral'
  | 'quality'
  | 'analysis'
  | 'thickness';

export function tracking(input: ResultInput, subject: Tracked): Tracking {
  return { identifier: `OCTriage ${subject}`, uid: runUid(input, 'tracking', subject) };
}
