/** Why an association is rejected or aborted: PS3.8 Table 9-21 and Table 9-26 as data. */

export const REJECT_RESULTS = { permanent: 1, transient: 2 } as const;
export type RejectResult = keyof typeof REJECT_RESULTS;

/** `source`: 1 service-user, 2 service-provider (ACSE), 3 service-provider (presentation). */
export const REJECT_REASONS = {
  noReasonGiven: { source: 1, reason: 1, meaning: 'no reason given' },
  applicationContextNameNotSupported: {
    source: 1,
    reason: 2,
    meaning: 'application context name not supported',
  },
  callingAeTitleNotRecognised: {
    source: 1,
    reason: 3,
    meaning: 'calling AE title not recognised',
  },
  calledAeTitleNotRecognised: { source: 1, reason: 7, meaning: 'called AE title not recognised' },
  noReasonGivenByAcse: { source: 2, reason: 1, meaning: 'no reason given (ACSE)' },
  protocolVersionNotSupported: { source: 2, reason: 2, meaning: 'protocol version not supported' },
  temporaryCongestion: { source: 3, reason: 1, meaning: 'temporary congestion' },
  localLimitExceeded: { source: 3, reason: 2, meaning: 'local limit exceeded' },
} as const satisfies Record<string, { source: number; reason: number; meaning: string }>;
export type RejectReason = keyof typeof REJECT_REASONS;

/** The name of a row, where there is one. */
export function rejectReasonOf(source: number, reason: number): RejectReason | undefined {
  const names = Object.keys(REJECT_REASONS) as RejectReason[];
  return names.find(
    (name) => REJECT_REASONS[name].source === source && REJECT_REASONS[name].reason === reason,
  );
}

/** What a received A-ASSOCIATE-RJ says, in words. */
export function describeReject(source: number, reason: number): string {
  const known = Object.values(REJECT_REASONS).find(
    (row) => row.source === source && row.reason === reason,
  );
  return known?.meaning ?? `source ${source}, reason ${reason}`;
}

export const ABORT_SOURCES = { serviceUser: 0, serviceProvider: 2 } as const;

/** Significant only with the service-provider source. */
export const ABORT_REASONS = {
  notSpecified: { code: 0, meaning: 'reason not specified' },
  unrecognizedPdu: { code: 1, meaning: 'unrecognized PDU' },
  unexpectedPdu: { code: 2, meaning: 'unexpected PDU' },
  unrecognizedPduParameter: { code: 4, meaning: 'unrecognized PDU parameter' },
  unexpectedPduParameter: { code: 5, meaning: 'unexpected PDU parameter' },
  invalidPduParameterValue: { code: 6, meaning: 'invalid PDU parameter value' },
} as const satisfies Record<string, { code: number; meaning: string }>;
export type AbortReason = keyof typeof ABORT_REASONS;

/** What a received A-ABORT says, in words. */
export function describeAbort(source: number, reason: number): string {
  if (source === ABORT_SOURCES.serviceUser) return 'by its application';
  const known = Object.values(ABORT_REASONS).find((row) => row.code === reason);
  return `by its DICOM layer: ${known?.meaning ?? `reason ${reason}`}`;
}
