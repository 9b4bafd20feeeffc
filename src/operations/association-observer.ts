import { errorFields, log } from './log.js';

interface Caller {
  readonly associationId: string;
  readonly peerAddress: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
}

interface Counts {
  readonly invoked: number;
  readonly answered: number;
  readonly stored: number;
}

/** What the transport tells, as far as log and ledger want to know it (structural: operations imports no transport). */
type ObservedEvent =
  | (Caller & { readonly type: 'requested' })
  | (Caller & { readonly type: 'accepted'; readonly security: string })
  | (Caller & { readonly type: 'rejected'; readonly why: string })
  | (Caller & { readonly type: 'released'; readonly counts: Counts })
  | (Caller & {
      readonly type: 'aborted';
      readonly by: string;
      readonly why: string;
      readonly counts: Counts;
    })
  | (Caller & { readonly type: 'disconnected'; readonly why: string; readonly counts: Counts })
  | {
      readonly type: 'notDicom';
      readonly associationId: string;
      readonly peerAddress: string;
      readonly looksLike: string;
    }
  | {
      readonly type: 'notSecured';
      readonly associationId: string;
      readonly peerAddress: string;
      readonly why: string;
    };

/** Where an ended association is put on record. */
interface AssociationLedger {
  record(
    association: Caller & Counts & { readonly openedAt: number; readonly endedBy: string },
  ): Promise<void>;
}

/** Logs what happens on the listener, and puts each association that was accepted on record when it ends (R5). */
export function associationObserver(ledger: AssociationLedger): (event: ObservedEvent) => void {
  const openedAt = new Map<string, number>();

  function ended(caller: Caller, counts: Counts, endedBy: string): void {
    const opened = openedAt.get(caller.associationId);
    if (opened === undefined) return;
    openedAt.delete(caller.associationId);
    ledger.record({ ...caller, ...counts, openedAt: opened, endedBy }).catch((error: unknown) => {
      log('error', 'association not on record', {
        associationId: caller.associationId,
        ...errorFields(error),
      });
    });
  }

  return (event) => {
    const { associationId, peerAddress } = event;
    if (event.type === 'notDicom') {
      log('warn', 'not DICOM', {
        associationId,
        peerAddress,
        reason: `looks like ${event.looksLike}`,
      });
      return;
    }
    if (event.type === 'notSecured') {
      log('warn', 'no TLS', { associationId, peerAddress, reason: event.why });
      return;
    }
    const { callingAeTitle, calledAeTitle } = event;
    const caller = { associationId, peerAddress, callingAeTitle, calledAeTitle };
    switch (event.type) {
      case 'requested':
        break;
      case 'accepted':
        openedAt.set(associationId, Date.now());
        log('info', 'association accepted', { ...caller, detail: event.security });
        break;
      case 'rejected':
        log('warn', 'association rejected', { ...caller, reason: event.why });
        break;
      case 'released':
        log('info', 'association released', { ...caller, ...event.counts });
        ended(caller, event.counts, 'released');
        break;
      case 'aborted':
        log('warn', 'association aborted', { ...caller, ...event.counts, reason: event.why });
        ended(caller, event.counts, `aborted by ${event.by}`);
        break;
      case 'disconnected':
        log('warn', 'connection lost', { ...caller, ...event.counts, reason: event.why });
        ended(caller, event.counts, 'connection lost');
        break;
    }
  };
}
