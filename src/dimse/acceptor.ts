import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../dicom/uids.js';
import { showAeTitle } from '../dicom/ae-title.js';
import type { AssociationEvent, Caller } from './association-event.js';
import { COMMAND_FIELDS, NO_DATA_SET, RESPONSE_BIT } from './command-set.js';
import type { CommandSet } from './command-set.js';
import {
  MIN_PEER_PDU_LENGTH,
  MessageError,
  MessageReader,
  commandPdus,
  payloadLength,
} from './message.js';
import type { IncomingMessage } from './message.js';
import { answerRoles, answeredContexts, negotiate, refusalOf } from './negotiation.js';
import type { Accepted, NegotiatedContext, Refusal } from './negotiation.js';
import { receiveStore, storeResponseFields } from './services/store-scp.js';
import type { StoreSink } from './services/store-scp.js';
import { STATUSES, statusCategory } from './status.js';
import { AssociationEndedError } from './upper-layer/association-end.js';
import type { AssociationEnd } from './upper-layer/association-end.js';
import { PROTOCOL_VERSION } from './upper-layer/pdu.js';
import type { AssociateRq } from './upper-layer/pdu.js';
import { REJECT_REASONS, REJECT_RESULTS, rejectReasonOf } from './upper-layer/reasons.js';
import type { Timers } from './upper-layer/timers.js';
import type { Connection } from './upper-layer/transport.js';
import { UpperLayer } from './upper-layer/upper-layer.js';

export interface CallerIdentity {
  /** Trimmed, otherwise as it came: for comparing. `showAeTitle` makes it fit for a log. */
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
}

export type Admission =
  { readonly admitted: true } | { readonly admitted: false; readonly reason: string };

export interface AcceptorOptions {
  /** TLS version and cipher suite, or 'plain'. */
  readonly security: string;
  /** Ours: a caller who addresses another is rejected. */
  readonly aeTitles: readonly string[];
  readonly accepted: Accepted;
  readonly maxPduLength: number;
  readonly timers: Timers;
  admit(caller: CallerIdentity): Admission;
  /** Asked last: is there room for one more association of this caller? A refusal is transient (R22). */
  room(callingAeTitle: string): Refusal | undefined;
  readonly store: StoreSink;
  onEvent(event: AssociationEvent): void;
}

/** One incoming association: negotiates, then serves one message after the other until release or abort. */
export class Acceptor {
  readonly upperLayer: UpperLayer;
  readonly #options: AcceptorOptions;
  readonly #caller: { -readonly [K in keyof Caller]: Caller[K] };
  #contexts: ReadonlyMap<number, NegotiatedContext> = new Map();
  #peerPayload = 0;
  #request: AssociateRq | undefined;
  #established = false;
  #counts = { invoked: 0, answered: 0, stored: 0 };

  constructor(connection: Connection, associationId: string, options: AcceptorOptions) {
    this.#options = options;
    this.#caller = {
      associationId,
      peerAddress: connection.remoteAddress ?? '',
      callingAeTitle: '',
      calledAeTitle: '',
    };
    this.upperLayer = UpperLayer.accept(
      connection,
      {
        associateIndication: (request) => {
          this.#negotiate(request);
        },
        releaseIndication: () => undefined,
        ended: (end) => {
          this.#ended(end);
        },
      },
      { timers: options.timers, maxPduLength: options.maxPduLength },
    );
  }

  /** As it came: empty until the request did. */
  get callingAeTitle(): string {
    return this.#request?.callingAeTitle ?? '';
  }

  /** Accepted, and not yet over. */
  get established(): boolean {
    return this.#established && !this.upperLayer.end;
  }

  #negotiate(request: AssociateRq): void {
    this.#request = request;
    const { callingAeTitle, calledAeTitle, userInformation } = request;
    this.#caller.callingAeTitle = showAeTitle(callingAeTitle);
    this.#caller.calledAeTitle = showAeTitle(calledAeTitle);
    this.#options.onEvent({
      type: 'requested',
      ...this.#caller,
      implementationClassUid: userInformation.implementationClassUid,
      implementationVersionName: showAeTitle(userInformation.implementationVersionName ?? ''),
      peerMaxPduLength: userInformation.maxPduLength,
      proposed: request.presentationContexts,
    });
    const refusal = this.#refusal(request);
    if (refusal) {
      this.#reject(refusal);
      return;
    }
    if (userInformation.maxPduLength > 0 && userInformation.maxPduLength < MIN_PEER_PDU_LENGTH) {
      this.upperLayer.abort('maximum PDU length too small', 'invalidPduParameterValue');
      return;
    }
    this.#accept(request);
  }

  #refusal(request: AssociateRq): Refusal | undefined {
    const refusal = refusalOf(request, this.#options.aeTitles);
    if (refusal) return refusal;
    const { callingAeTitle, calledAeTitle } = request;
    const { peerAddress } = this.#caller;
    const admission = this.#options.admit({ callingAeTitle, calledAeTitle, peerAddress });
    if (!admission.admitted) {
      return {
        result: 'permanent',
        reason: 'callingAeTitleNotRecognised',
        why: admission.reason,
      };
    }
    return this.#options.room(callingAeTitle);
  }

  #reject({ result, reason, why }: Refusal): void {
    const row = REJECT_REASONS[reason];
    this.upperLayer.reject(
      {
        type: 'A-ASSOCIATE-RJ',
        result: REJECT_RESULTS[result],
        source: row.source,
        reason: row.reason,
      },
      why,
    );
  }

  #accept(request: AssociateRq): void {
    const { security } = this.#options;
    const contexts = negotiate(request, this.#options.accepted);
    this.#contexts = new Map(
      contexts.filter(({ result }) => result === 'acceptance').map((c) => [c.id, c]),
    );
    this.#peerPayload = payloadLength(request.userInformation.maxPduLength);
    this.#established = true;
    this.upperLayer.accept({
      type: 'A-ASSOCIATE-AC',
      protocolVersion: PROTOCOL_VERSION,
      calledAeTitle: request.calledAeTitle,
      callingAeTitle: request.callingAeTitle,
      applicationContextName: request.applicationContextName,
      presentationContexts: answeredContexts(contexts),
      userInformation: {
        // Ours, whatever the peer's is: the two limits have nothing to do with each other.
        maxPduLength: this.#options.maxPduLength,
        implementationClassUid: IMPLEMENTATION_CLASS_UID,
        implementationVersionName: IMPLEMENTATION_VERSION_NAME,
        roleSelections: answerRoles(request, contexts),
        extendedNegotiations: [],
      },
    });
    this.#options.onEvent({ type: 'accepted', ...this.#caller, contexts, security });
    void this.#serve();
  }

  async #serve(): Promise<void> {
    const messages = new MessageReader(this.upperLayer.data);
    try {
      for (;;) {
        const message = await messages.next();
        if (!message) break;
        await this.#handle(message);
      }
      this.upperLayer.respondRelease();
    } catch (error) {
      if (error instanceof AssociationEndedError) return;
      if (error instanceof MessageError) {
        this.upperLayer.abort(error.message, 'invalidPduParameterValue');
      } else {
        this.upperLayer.abort(`internal error: ${error instanceof Error ? error.name : 'unknown'}`);
      }
    }
  }

  async #handle(message: IncomingMessage): Promise<void> {
    const { command, contextId, dataSet } = message;
    const context = this.#contexts.get(contextId);
    if (!context) throw new MessageError(`presentation context ${contextId} was not accepted`);
    const field = command.commandField;
    if (field === undefined || command.messageId === undefined) {
      if (field === COMMAND_FIELDS['C-CANCEL-RQ']) return;
      throw new MessageError('command without Command Field or Message ID');
    }
    switch (field) {
      case COMMAND_FIELDS['C-ECHO-RQ']:
        return this.#respond(message, {
          ...(command.affectedSopClassUid && { affectedSopClassUid: command.affectedSopClassUid }),
          status: STATUSES.success.code,
        });
      case COMMAND_FIELDS['C-STORE-RQ']:
        return this.#store(message, context);
      case COMMAND_FIELDS['C-CANCEL-RQ']:
        // Nothing that we serve can be cancelled; there is no response to a cancel (PS3.7 §9.3.2.3).
        return;
    }
    if (field & RESPONSE_BIT) throw new MessageError('a response to nothing that we asked');
    await dataSet?.skip();
    await this.#respond(message, { status: STATUSES.unrecognizedOperation.code });
  }

  async #store(message: IncomingMessage, context: NegotiatedContext): Promise<void> {
    this.#counts.invoked += 1;
    const { command, dataSet } = message;
    const outcome = await receiveStore(
      this.#busySink(),
      {
        ...this.#caller,
        sopClassUid: command.affectedSopClassUid ?? '',
        sopInstanceUid: command.affectedSopInstanceUid ?? '',
        transferSyntaxUid: context.transferSyntaxUid ?? '',
      },
      context,
      dataSet,
    );
    await this.#respond(message, storeResponseFields(command, outcome));
    this.#counts.answered += 1;
    const category = statusCategory(outcome.status);
    if (category === 'success' || category === 'warning') this.#counts.stored += 1;
  }

  /** The sink, with the idle timer held while it works: our slowness is not the peer's silence. */
  #busySink(): StoreSink {
    const busy = async <T>(work: Promise<T>): Promise<T> => {
      this.upperLayer.busy = true;
      try {
        return await work;
      } finally {
        this.upperLayer.busy = false;
      }
    };
    return {
      begin: async (request) => {
        const reception = await busy(this.#options.store.begin(request));
        if (!('finish' in reception)) return reception;
        return {
          write: (chunks) => busy(reception.write(chunks)),
          finish: () => busy(reception.finish()),
          abandon: (reason) => reception.abandon(reason),
        };
      },
    };
  }

  #respond({ contextId, command }: IncomingMessage, fields: CommandSet): Promise<void> {
    const response: CommandSet = {
      ...fields,
      commandField: (command.commandField ?? 0) | RESPONSE_BIT,
      messageIdBeingRespondedTo: command.messageId ?? 0,
      commandDataSetType: NO_DATA_SET,
    };
    return this.upperLayer.sendData(commandPdus(contextId, response, this.#peerPayload));
  }

  #ended(end: AssociationEnd): void {
    const event = this.#endEvent(end);
    if (event) this.#options.onEvent(event);
  }

  #endEvent(end: AssociationEnd): AssociationEvent | undefined {
    const caller = { ...this.#caller };
    const counts = { ...this.#counts };
    switch (end.how) {
      case 'released':
        return { type: 'released', ...caller, counts };
      case 'rejected':
        return {
          type: 'rejected',
          ...caller,
          result: end.result === REJECT_RESULTS.transient ? 'transient' : 'permanent',
          lack: rejectReasonOf(end.source, end.reason) ?? 'noReasonGiven',
          why: end.why,
          proposed: this.#request?.presentationContexts ?? [],
        };
      case 'aborted':
        return {
          type: 'aborted',
          ...caller,
          by: end.by,
          source: end.source,
          reason: end.reason,
          why: end.why,
          counts,
        };
      case 'disconnected':
        return { type: 'disconnected', ...caller, code: end.code, why: end.why, counts };
      case 'notDicom':
        return {
          type: 'notDicom',
          associationId: caller.associationId,
          peerAddress: caller.peerAddress,
          looksLike: end.looksLike,
        };
    }
  }
}
