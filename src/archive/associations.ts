import { recordEvent } from './events.js';
import type { Ledger } from './ledger/ledger.js';

/** One association that has ended, with the counts that R5 asks for. */
export interface AssociationRecord {
  readonly associationId: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  /** C-STORE requests that came in, responses that went out, and how many of these said success. */
  readonly invoked: number;
  readonly answered: number;
  readonly stored: number;
  /** Released, aborted by whom, or lost. */
  readonly endedBy: string;
}

export class Associations {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  /** Puts an ended association on record, and a difference of its counts as an event that someone must see (R5). */
  record(association: AssociationRecord): Promise<void> {
    return this.ledger.write(async (tx) => {
      const { associationId: id, invoked, answered, stored } = association;
      await tx
        .insertInto('association')
        .values({
          id,
          calling_ae_title: association.callingAeTitle,
          called_ae_title: association.calledAeTitle,
          peer_address: association.peerAddress,
          opened_at: association.openedAt,
          closed_at: this.now(),
          invoked,
          answered,
          stored,
          ended_by: association.endedBy,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      if (invoked === answered && answered === stored) return;
      await recordEvent(tx, this.now(), {
        subjectKind: 'association',
        subjectUid: id,
        what: 'counts-differ',
        reason: association.endedBy,
        detail: { invoked, answered, stored, from: association.callingAeTitle },
      });
    });
  }
}
