/** What can go wrong in the archive, by stable code: what happened and what to do about it. */
export const ARCHIVE_ERRORS = {
  OCT_ARCHIVE_IN_USE:
    'Another gateway runs on this data folder. Stop it first, or give this one a folder of its own.',
  OCT_LEDGER_NEWER:
    'The ledger was written by a newer version of OCTriage. Start that version, or restore a backup of the ledger.',
  OCT_LEDGER_OTHER_VERSION:
    'The ledger is of another version of OCTriage, or there is none yet. Use the command of the version whose node runs on this data folder.',
  OCT_LEDGER_COMMIT:
    'The ledger could not be committed; nothing of this step is recorded. Check space and health of the disk.',
  OCT_LEDGER_CLOSED:
    'The ledger is closed. The node is stopping; the step is done at the next start.',
  OCT_BACKUP_SOURCE: 'There is no ledger that could be backed up. Check OCTRIAGE_DATA_DIR.',
  OCT_BACKUP_UNUSABLE:
    'This is no backup of a ledger that can be used here. Take another one; the ledger was not touched.',
  OCT_LEASE_LOST:
    'The lease on this workitem has expired or the workitem has ended. What this attempt made is discarded; another attempt owns the scan.',
  OCT_WORKITEM_UNKNOWN: 'There is no such workitem. Look up its UID in the ledger.',
  OCT_WORKITEM_STATE:
    'The workitem is not in a state that allows this (PS3.4 CC.1.1). Look up its state first.',
  OCT_FEEDBACK_SCAN_UNKNOWN:
    'No scan with this id or UID was read here. Give the id of the scan, or the SOP Instance UID of the scan or of its report.',
  OCT_FEEDBACK_INVALID:
    'What was said of the decision does not hold together and was not recorded. Say it again as the detail asks.',
  OCT_RESULT_CONFLICT:
    'A result with this SOP Instance UID is on record with other content. Nothing is overwritten; report it, results must be deterministic.',
  OCT_RESULT_UID:
    'A result carries an illegal UID and is not admitted. This is a defect of OCTriage: report it.',
  OCT_REPLAY_UNKNOWN:
    'No stored scan has this Study, Series or SOP Instance UID. Look it up in the console or by QIDO-RS.',
  OCT_REPLAY_IN_HAND:
    'The scan waits for a worker or is being read. Let that end, or cancel its workitem; then replay.',
  OCT_REPLAY_OVERTAKEN:
    'Something became of the scan while it was read again: a late instance, or another replay. Nothing of this reading is kept; replay again.',
} as const;

export type ArchiveErrorCode = keyof typeof ARCHIVE_ERRORS;

/** Thrown by the archive. `detail` holds UIDs, paths and codes only, never a value of a data set. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';

  constructor(
    readonly code: ArchiveErrorCode,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${ARCHIVE_ERRORS[code]}${detail === undefined ? '' : ` [${detail}]`}`, options);
  }
}

/** Did this fail for want of space: of the file system (ENOSPC, EDQUOT), or as SQLite tells it? */
export function isOutOfSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return true;
  return isOutOfSpace(error.cause);
}
