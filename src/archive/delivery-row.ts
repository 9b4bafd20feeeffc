import type { Selectable } from 'kysely';
import { recordEvent } from './events.js';
import type { LedgerConnection } from './ledger/ledger.js';
import type {
  CommitmentState,
  DeliveryErrorClass,
  DeliveryState,
  DeliveryTable,
  VerificationState,
} from './ledger/schema.js';

/** A delivery as the console shows it. */
export interface Delivery {
  readonly id: number;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly destination: string;
  readonly revision: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly errorClass: DeliveryErrorClass | undefined;
  readonly status: number | undefined;
  readonly comment: string | undefined;
  readonly nextAttemptAt: number;
  /** Goes before what has waited longer. */
  readonly urgent: boolean;
  readonly commitment: CommitmentState;
  /** Why it is not committed. */
  readonly commitmentReason: string | undefined;
  readonly verification: VerificationState;
  /** Why it is not verified. */
  readonly verificationReason: string | undefined;
  /** Why it failed: a code of ours or the status as `0xXXXX`. */
  readonly cause: string | undefined;
  /** The delivery in whose place this one is made. */
  readonly standsFor: number | undefined;
}

/** Queues one result for one destination within `tx`; the same delivery a second time changes nothing (R27). Was it new? */
export async function enqueueDelivery(
  tx: LedgerConnection,
  at: number,
  delivery: {
    readonly sopInstanceUid: string;
    readonly digest: string;
    readonly studyInstanceUid: string;
    readonly destination: string;
    readonly revision: number;
    /** The delivery in whose place this one is made. */
    readonly standsFor?: number;
    /** Goes before what has waited longer; false by default. */
    readonly urgent?: boolean;
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('delivery')
    .values({
      result_sop_instance_uid: delivery.sopInstanceUid,
      result_digest: delivery.digest,
      study_instance_uid: delivery.studyInstanceUid,
      destination: delivery.destination,
      revision: delivery.revision,
      error_class: null,
      status: null,
      comment: null,
      next_attempt_at: at,
      urgent: delivery.urgent === true ? 1 : 0,
      created_at: at,
      delivered_at: null,
      commitment_due_at: null,
      commitment_reason: null,
      cause: null,
      stands_for: delivery.standsFor ?? null,
      verification_due_at: null,
      verification_reason: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return false;
  await recordEvent(tx, at, {
    subjectKind: 'result',
    subjectUid: delivery.sopInstanceUid,
    what: 'queued',
    detail: { destination: delivery.destination, revision: delivery.revision },
  });
  return true;
}

/** A row as the console and the command line show it. */
export function toDelivery(row: Selectable<DeliveryTable>): Delivery {
  return {
    id: row.id,
    sopInstanceUid: row.result_sop_instance_uid,
    studyInstanceUid: row.study_instance_uid,
    destination: row.destination,
    revision: row.revision,
    state: row.state,
    attempts: row.attempts,
    errorClass: row.error_class ?? undefined,
    status: row.status ?? undefined,
    comment: row.comment ?? undefined,
    nextAttemptAt: row.next_attempt_at,
    urgent: row.urgent === 1,
    commitment: row.commitment,
    commitmentReason: row.commitment_reason ?? undefined,
    verification: row.verification,
    verificationReason: row.verification_reason ?? undefined,
    cause: row.cause ?? undefined,
    standsFor: row.stands_for ?? undefined,
  };
}
