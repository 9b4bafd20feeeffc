/**
 * What a C-STORE is answered (PS3.4 Table B.2-1, PS3.7 C.5). `comment` goes into Error Comment (0000,0902), which
 * holds 64 characters and here never a value of the data set.
 *
 * Conflicting content is not answered 0x0111 (Duplicate SOP Instance): senders, this node among them (R34), read that
 * as 'already there', and what they sent is not there.
 */
export const RECEPTION_STATUSES = {
  success: { status: 0x0000, comment: '' },
  outOfResources: { status: 0xa700, comment: 'Storage is nearly full: object not kept' },
  sopClassMismatch: { status: 0xa900, comment: 'SOP Class UID differs from that of the command' },
  studyMismatch: { status: 0xa901, comment: 'Study Instance UID differs from the one asked for' },
  malformed: { status: 0xc000, comment: 'Data set cannot be parsed' },
  truncated: { status: 0xc001, comment: 'Data set is truncated' },
  sopInstanceMismatch: {
    status: 0xc002,
    comment: 'SOP Instance UID differs from that of the command',
  },
  illegalUid: { status: 0xc003, comment: 'Missing or illegal UID' },
  pixelDataLength: { status: 0xc004, comment: 'Pixel Data length does not fit the image matrix' },
  conflict: { status: 0xc010, comment: 'SOP Instance UID is known with other content' },
  processingFailure: { status: 0x0110, comment: 'Object could not be stored' },
} as const satisfies Record<string, { status: number; comment: string }>;

export type ReceptionRefusal = Exclude<keyof typeof RECEPTION_STATUSES, 'success'>;
