/** What may be done after a failure: send again; send again, it may be there already; nothing will help. */
export type ErrorClass = 'transient' | 'ambiguous' | 'permanent';

/** What the sender says of one object (the shape of `SendOutcome` of the DIMSE sender). */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly comment?: string }
  | {
      readonly kind: 'failed';
      readonly failure: ErrorClass;
      readonly code: string;
      readonly reason: string;
    };

/** Statuses under which the destination holds the object (R6; PS3.4 Table B.2-1). No other warning counts. */
export const DELIVERED_STATUSES: ReadonlySet<number> = new Set([
  0x0000, // Success
  0xb000, // Coercion of Data Elements
  0xb006, // Elements Discarded
  0xb007, // Data Set does not match SOP Class
]);

/** Duplicate SOP Instance (PS3.7 C.5.6). */
export const DUPLICATE_SOP_INSTANCE = 0x0111;

/** Failure statuses by class, the first row that fits counts; what fits none is permanent. */
export const STATUS_CLASSES: readonly {
  readonly mask: number;
  readonly status: number;
  readonly errorClass: ErrorClass;
  readonly meaning: string;
}[] = [
  { mask: 0xff00, status: 0xa700, errorClass: 'transient', meaning: 'Out of Resources' },
  { mask: 0xffff, status: 0x0110, errorClass: 'transient', meaning: 'Processing failure' },
  { mask: 0xffff, status: 0x0213, errorClass: 'transient', meaning: 'Resource limitation' },
  { mask: 0xffff, status: 0x0210, errorClass: 'ambiguous', meaning: 'Duplicate invocation' },
  { mask: 0xffff, status: 0x0122, errorClass: 'permanent', meaning: 'SOP Class not supported' },
  { mask: 0xffff, status: 0x0124, errorClass: 'permanent', meaning: 'Not authorized' },
  { mask: 0xff00, status: 0xa900, errorClass: 'permanent', meaning: 'Does not match SOP Class' },
  { mask: 0xf000, status: 0xc000, errorClass: 'permanent', meaning: 'Cannot understand' },
];

/**
 * Causes that another kind of object of the same scan may not meet: the destination does not take this SOP class or this
 * encoding, or not this much.
 */
export const CAUSES_OF_FALLBACK: ReadonlySet<string> = new Set([
  'OCT_DIMSE_NO_CONTEXT',
  'OCT_STOW_MEDIA_TYPE', // HTTP 415
  'OCT_STOW_TOO_LARGE', // HTTP 413
  'OCT_DELIVERY_TOO_LARGE',
  '0x0122', // SOP Class not supported
  '0xC122', // Transfer Syntax not supported (PS3.18 Table 10.5.3-2)
]);

/** Why an attempt failed, by a stable code: what dead letters are grouped by. */
export function causeOf(outcome: SendOutcome): string {
  return outcome.kind === 'failed'
    ? outcome.code
    : `0x${outcome.status.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What an outcome means for the delivery. */
export type Judgement =
  | { readonly delivered: true; readonly note?: string }
  | { readonly delivered: false; readonly errorClass: ErrorClass; readonly note?: string };

/** What a query said of an object that a destination called a duplicate; absent: it could not or was not to be asked. */
export type Held = 'held' | 'not-held' | 'not-answered' | undefined;

/**
 * Judges one outcome. 'Duplicate' (0x0111, HTTP 409) says that an object of this UID is there, not that it is ours, nor
 * that it was kept. Where the destination may be asked, its answer decides (R34). Otherwise it counts as delivered after
 * an attempt of ours that ended without an answer: the UID is made from the content and nobody else sends it. Without
 * such an attempt it is a failure for an operator to look at.
 */
export function judge(outcome: SendOutcome, ambiguousAttempts: number, held?: Held): Judgement {
  if (outcome.kind === 'failed') return { delivered: false, errorClass: outcome.failure };
  const { status } = outcome;
  if (DELIVERED_STATUSES.has(status)) return { delivered: true };
  if (status !== DUPLICATE_SOP_INSTANCE) {
    return { delivered: false, errorClass: classOfStatus(status) };
  }
  switch (held) {
    case 'held':
      return { delivered: true, note: 'already there, as a query shows' };
    case 'not-held':
      return {
        delivered: false,
        errorClass: 'permanent',
        note: 'called a duplicate, but a query does not find it',
      };
    case 'not-answered':
      return {
        delivered: false,
        errorClass: 'ambiguous',
        note: 'called a duplicate, and could not be asked whether it has it',
      };
    default:
      return ambiguousAttempts > 0
        ? { delivered: true, note: 'already there, from an earlier attempt without an answer' }
        : {
            delivered: false,
            errorClass: 'permanent',
            note: 'another object of this UID is there',
          };
  }
}

/** The class of a failure status. */
export function classOfStatus(status: number): ErrorClass {
  const row = STATUS_CLASSES.find((candidate) => (status & candidate.mask) === candidate.status);
  return row?.errorClass ?? 'permanent';
}

/** What was said of an attempt, for the record: Error Comment, or what went wrong below DIMSE. */
export function describeOutcome(outcome: SendOutcome): string | undefined {
  return outcome.kind === 'answered' ? outcome.comment : `${outcome.code}: ${outcome.reason}`;
}
