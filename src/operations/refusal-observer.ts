import { errorFields, log } from './log.js';

interface Caller {
  readonly peerAddress: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
}

/** What the transport tells of refusals (structural: operations imports no transport). */
type RefusingEvent =
  | (Caller & {
      readonly type: 'rejected';
      readonly lack: string;
      readonly why: string;
      readonly proposed: readonly { readonly abstractSyntax: string }[];
    })
  | (Caller & {
      readonly type: 'accepted';
      readonly contexts: readonly {
        readonly sopClassUid: string;
        readonly proposedTransferSyntaxes: readonly string[];
        readonly result: string;
      }[];
    })
  | { readonly type: 'notDicom'; readonly peerAddress: string; readonly looksLike: string }
  | { readonly type: 'notSecured'; readonly peerAddress: string; readonly why: string };

interface Refusal extends Caller {
  readonly lack: string;
  readonly sopClassUid: string;
  readonly proposed: readonly string[];
  readonly why: string;
}

interface RefusalLedger {
  record(refusals: readonly Refusal[]): Promise<void>;
}

/** As many contexts as an association can have. */
const MOST_PROPOSED = 128;

/** Puts on record who was refused, and what was refused to those who were let in (R24, R38). */
export function refusalObserver(
  ledger: RefusalLedger,
): (event: RefusingEvent | { readonly type: string }) => void {
  return (event) => {
    const refusals = isRefusing(event) ? refusalsOf(event) : [];
    ledger.record(refusals).catch((error: unknown) => {
      log('error', 'refusal not on record', errorFields(error));
    });
  };
}

function isRefusing(event: { readonly type: string }): event is RefusingEvent {
  return ['rejected', 'accepted', 'notDicom', 'notSecured'].includes(event.type);
}

function refusalsOf(event: RefusingEvent): Refusal[] {
  const nobody = { callingAeTitle: '', calledAeTitle: '', sopClassUid: '', proposed: [] };
  const { peerAddress } = event;
  switch (event.type) {
    case 'notDicom':
      return [{ ...nobody, peerAddress, lack: 'notDicom', why: `looks like ${event.looksLike}` }];
    case 'notSecured':
      return [{ ...nobody, peerAddress, lack: 'notSecured', why: event.why }];
    case 'rejected': {
      const { callingAeTitle, calledAeTitle, lack, why } = event;
      const proposed = event.proposed.slice(0, MOST_PROPOSED).map((one) => one.abstractSyntax);
      const named = { callingAeTitle, calledAeTitle, peerAddress };
      return [{ ...named, lack, why, sopClassUid: '', proposed: [...new Set(proposed)] }];
    }
    case 'accepted': {
      const { callingAeTitle, calledAeTitle, contexts } = event;
      const named = { callingAeTitle, calledAeTitle, peerAddress };
      // A SOP class that was accepted in one of its contexts was not refused.
      const taken = new Set(
        contexts.filter(({ result }) => result === 'acceptance').map((one) => one.sopClassUid),
      );
      const refused = new Map<string, Refusal>();
      for (const { sopClassUid, proposedTransferSyntaxes, result } of contexts) {
        if (taken.has(sopClassUid)) continue;
        const proposed = [
          ...(refused.get(sopClassUid)?.proposed ?? []),
          ...proposedTransferSyntaxes,
        ];
        const why = 'presentation context refused';
        refused.set(sopClassUid, { ...named, lack: result, why, sopClassUid, proposed });
      }
      return [...refused.values()];
    }
  }
}
