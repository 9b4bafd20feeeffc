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

/** What an outcome means for the delivery. */
export type Judgement =
  | { readonly delivered: true; readonly note?: string }
  | { readonly delivered: false; readonly errorClass: ErrorClass; readonly note?: string };

/**
 * Judges one outcome. 'Duplicate' (0x0111) says that an object of this UID is there, not that it is ours. After an
 * attempt of ours that ended without an answer it is: the UID is made from the content and nobody else sends it, so it
 * counts as delivered. Without such an attempt it is a failure for an operator to look at, until a query or storage
 * commitment can verify it (R34, issue G).
 */
export function judge(outcome: SendOutcome, ambiguousAttempts: number): Judgement {
  if (outcome.kind === 'failed') return { delivered: false, errorClass: outcome.failure };
  const { status } = outcome;
  if (DELIVERED_STATUSES.has(status)) return { delivered: true };
  if (status === DUPLICATE_SOP_INSTANCE) {
    return ambiguousAttempts > 0
      ? { delivered: true, note: 'already there, from an earlier attempt without an answer' }
      : { delivered: false, errorClass: 'permanent', note: 'another object of this UID is there' };
  }
  return { delivered: false, errorClass: classOfStatus(status) };
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
