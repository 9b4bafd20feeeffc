/** Status (0000,0900) of DIMSE responses: PS3.7 Annex C, and C-STORE's own in PS3.4 Table B.2-1. */

export type StatusCategory = 'success' | 'warning' | 'failure' | 'pending' | 'cancel';

export const STATUSES = {
  success: { code: 0x0000, category: 'success', meaning: 'Success' },
  coercionOfDataElements: {
    code: 0xb000,
    category: 'warning',
    meaning: 'Coercion of Data Elements',
  },
  elementsDiscarded: { code: 0xb006, category: 'warning', meaning: 'Elements Discarded' },
  dataSetDoesNotMatchSopClassWarning: {
    code: 0xb007,
    category: 'warning',
    meaning: 'Data Set does not match SOP Class (warning)',
  },
  attributeListError: { code: 0x0107, category: 'warning', meaning: 'Attribute List Error' },
  attributeValueOutOfRange: {
    code: 0x0116,
    category: 'warning',
    meaning: 'Attribute Value Out of Range',
  },
  outOfResources: { code: 0xa700, category: 'failure', meaning: 'Refused: Out of Resources' },
  dataSetDoesNotMatchSopClass: {
    code: 0xa900,
    category: 'failure',
    meaning: 'Error: Data Set does not match SOP Class',
  },
  cannotUnderstand: { code: 0xc000, category: 'failure', meaning: 'Error: Cannot understand' },
  invalidAttributeValue: { code: 0x0106, category: 'failure', meaning: 'Invalid Attribute Value' },
  processingFailure: { code: 0x0110, category: 'failure', meaning: 'Processing failure' },
  duplicateSopInstance: { code: 0x0111, category: 'failure', meaning: 'Duplicate SOP Instance' },
  noSuchObjectInstance: { code: 0x0112, category: 'failure', meaning: 'No such SOP Instance' },
  noSuchEventType: { code: 0x0113, category: 'failure', meaning: 'No such event type' },
  noSuchArgument: { code: 0x0114, category: 'failure', meaning: 'No such argument' },
  invalidArgumentValue: { code: 0x0115, category: 'failure', meaning: 'Invalid argument value' },
  invalidSopInstance: { code: 0x0117, category: 'failure', meaning: 'Invalid SOP Instance' },
  noSuchSopClass: { code: 0x0118, category: 'failure', meaning: 'No such SOP Class' },
  classInstanceConflict: { code: 0x0119, category: 'failure', meaning: 'Class-Instance conflict' },
  missingAttribute: { code: 0x0120, category: 'failure', meaning: 'Missing Attribute' },
  missingAttributeValue: { code: 0x0121, category: 'failure', meaning: 'Missing Attribute Value' },
  sopClassNotSupported: {
    code: 0x0122,
    category: 'failure',
    meaning: 'Refused: SOP Class not supported',
  },
  noSuchActionType: { code: 0x0123, category: 'failure', meaning: 'No such action' },
  notAuthorised: { code: 0x0124, category: 'failure', meaning: 'Refused: Not authorized' },
  duplicateInvocation: { code: 0x0210, category: 'failure', meaning: 'Duplicate invocation' },
  unrecognizedOperation: { code: 0x0211, category: 'failure', meaning: 'Unrecognized operation' },
  mistypedArgument: { code: 0x0212, category: 'failure', meaning: 'Mistyped argument' },
  resourceLimitation: { code: 0x0213, category: 'failure', meaning: 'Resource limitation' },
  cancel: { code: 0xfe00, category: 'cancel', meaning: 'Cancel' },
  pending: { code: 0xff00, category: 'pending', meaning: 'Pending' },
  pendingWithWarning: { code: 0xff01, category: 'pending', meaning: 'Pending with warning' },
} as const satisfies Record<string, { code: number; category: StatusCategory; meaning: string }>;

const BY_CODE: ReadonlyMap<number, { category: StatusCategory; meaning: string }> = new Map(
  Object.values(STATUSES).map((row) => [row.code, row]),
);

/** Ranges in which a service class may define codes of its own, as `mask` and `base` (PS3.7 C.1 to C.5). */
const RANGES: readonly { mask: number; base: number; category: StatusCategory; meaning: string }[] =
  [
    { mask: 0xff00, base: 0xa700, category: 'failure', meaning: 'Refused: Out of Resources' },
    {
      mask: 0xff00,
      base: 0xa900,
      category: 'failure',
      meaning: 'Error: Data Set does not match SOP Class',
    },
    { mask: 0xf000, base: 0xb000, category: 'warning', meaning: 'Warning' },
    { mask: 0xf000, base: 0xc000, category: 'failure', meaning: 'Error: Cannot understand' },
  ];

function row(code: number): { category: StatusCategory; meaning: string } {
  return (
    BY_CODE.get(code) ??
    RANGES.find(({ mask, base }) => (code & mask) === base) ??
    (code === 0x0001
      ? { category: 'warning', meaning: 'Warning' }
      : { category: 'failure', meaning: 'Failure' })
  );
}

/** A code that no table knows is a failure: what is not said to be stored is not stored (R6). */
export function statusCategory(code: number): StatusCategory {
  return row(code).category;
}

/** For a log or a reason: `0xA700 (Refused: Out of Resources)`. */
export function showStatus(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(4, '0')} (${row(code).meaning})`;
}

/** A status as the standard prints it: 0xA700. */
export function formatStatus(status: number): string {
  return `0x${status.toString(16).padStart(4, '0').toUpperCase()}`;
}
