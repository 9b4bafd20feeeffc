import {
  APPLICATION_CONTEXT_NAME,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
} from '../dicom/uids.js';
import { isAeTitle, showAeTitle } from '../dicom/ae-title.js';
import { NO_DATA_SET, RESPONSE_BIT } from './command-set.js';
import type { CommandSet } from './command-set.js';
import { DimseError } from './errors.js';
import {
  MIN_PEER_PDU_LENGTH,
  MessageError,
  MessageReader,
  commandPdus,
  payloadLength,
} from './message.js';
import type { IncomingMessage } from './message.js';
import { answeredProposals, proposedContexts, proposedRoles } from './negotiation.js';
import type { NegotiatedContext, WantedContext } from './negotiation.js';
import { statusCategory } from './status.js';
import { AssociationEndedError } from './upper-layer/association-end.js';
import type { AssociationEnd } from './upper-layer/association-end.js';
import { PROTOCOL_VERSION } from './upper-layer/pdu.js';
import type { AssociateAc, ProposedContext, RoleSelection } from './upper-layer/pdu.js';
import { REJECT_RESULTS } from './upper-layer/reasons.js';
import { DEFAULT_TIMERS } from './upper-layer/timers.js';
import type { Timers } from './upper-layer/timers.js';
import { isTlsFailure } from './upper-layer/tls-failure.js';
import type { PeerTls } from './upper-layer/tls.js';
import { connect } from './upper-layer/transport.js';
import { UpperLayer } from './upper-layer/upper-layer.js';

/** Whom we call, and as whom. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  /** DICOM over TLS; absent: plain. */
  readonly tls?: PeerTls | undefined;
}

export interface RequestorOptions {
  readonly timers?: Timers;
  /** The longest P-DATA-TF that we take, in bytes. */
  readonly maxPduLength?: number;
  /**
   * Performs a request that the peer makes of us on this association (an SCP's N-EVENT-REPORT) and gives the fields of
   * the response; without it such a request breaks the protocol.
   */
  readonly serve?: (message: IncomingMessage, context: NegotiatedContext) => Promise<CommandSet>;
}

const DEFAULT_MAX_PDU_LENGTH = 64 * 1024;

/** Where the data set of a request goes. */
export interface DataSetTarget {
  readonly contextId: number;
  /** Payload bytes of one PDV, such that its PDU keeps to the peer's limit. */
  readonly payload: number;
  /** Sends whole PDUs; `endsDataSet` from the moment on which the peer may have everything. */
  readonly send: (pdus: Uint8Array, endsDataSet: boolean) => Promise<void>;
}

/** Writes the data set of a request; throws DimseError where the data cannot be had. */
export type DataSetWriter = (target: DataSetTarget) => Promise<void>;

/** Takes the data set of a response that is not the last (C-FIND's matches). */
export type PendingTaker = (message: IncomingMessage) => Promise<void>;

/** An outgoing association. One request at a time: asynchronous operations are never negotiated. */
export class Requestor {
  readonly contexts: readonly NegotiatedContext[];
  readonly #upperLayer: UpperLayer;
  readonly #messages: MessageReader;
  readonly #payload: number;
  readonly #serve: RequestorOptions['serve'];
  #messageId = 0;

  private constructor(
    upperLayer: UpperLayer,
    proposed: readonly ProposedContext[],
    roles: readonly RoleSelection[],
    ac: AssociateAc,
    serve: RequestorOptions['serve'],
  ) {
    this.#upperLayer = upperLayer;
    this.#messages = new MessageReader(upperLayer.data);
    this.#payload = payloadLength(ac.userInformation.maxPduLength);
    this.contexts = answeredProposals(proposed, roles, ac);
    this.#serve = serve;
  }

  /**
   * Opens an association that proposes one context for each of `wanted` (at most 128).
   * @throws DimseError
   */
  static open(
    peer: Peer,
    wanted: readonly WantedContext[],
    options: RequestorOptions = {},
  ): Promise<Requestor> {
    for (const title of [peer.calledAeTitle, peer.callingAeTitle]) {
      if (!isAeTitle(title))
        throw new DimseError('OCT_DIMSE_OPTION', `AE title ${showAeTitle(title)}`);
    }
    const maxPduLength = options.maxPduLength ?? DEFAULT_MAX_PDU_LENGTH;
    const proposed = proposedContexts(wanted);
    const roleSelections = proposedRoles(wanted);
    const timers = options.timers ?? DEFAULT_TIMERS;
    return new Promise((resolve, reject) => {
      const upperLayer = UpperLayer.request(
        connect(peer.host, peer.port, peer.tls, timers.tlsHandshake),
        {
          type: 'A-ASSOCIATE-RQ',
          protocolVersion: PROTOCOL_VERSION,
          calledAeTitle: peer.calledAeTitle,
          callingAeTitle: peer.callingAeTitle,
          applicationContextName: APPLICATION_CONTEXT_NAME,
          presentationContexts: proposed,
          userInformation: {
            maxPduLength,
            implementationClassUid: IMPLEMENTATION_CLASS_UID,
            implementationVersionName: IMPLEMENTATION_VERSION_NAME,
            roleSelections,
            extendedNegotiations: [],
          },
        },
        {
          associateConfirmation: (ac) => {
            const limit = ac.userInformation.maxPduLength;
            if (limit > 0 && limit < MIN_PEER_PDU_LENGTH) {
              upperLayer.abort('maximum PDU length too small', 'invalidPduParameterValue');
            } else resolve(new Requestor(upperLayer, proposed, roleSelections, ac, options.serve));
          },
          releaseIndication: () => {
            upperLayer.respondRelease();
          },
          ended: (end) => {
            reject(openingFailure(end));
          },
        },
        { timers, maxPduLength },
      );
    });
  }

  /** The accepted context of a SOP class and transfer syntax. */
  acceptedContext(wanted: WantedContext): NegotiatedContext | undefined {
    return this.contexts.find(
      (context) =>
        context.result === 'acceptance' &&
        context.sopClassUid === wanted.sopClassUid &&
        context.transferSyntaxUid === wanted.transferSyntaxUid,
    );
  }

  /** True while requests can be made. */
  get isOpen(): boolean {
    return this.#upperLayer.state === 'Sta6';
  }

  /**
   * One request and its response; where there may be several, those before the last go to `onPending`. After any failure the association is aborted: a late response must never be taken
   * for the answer to another request (R20).
   * @throws DimseError
   */
  async request(
    contextId: number,
    command: Omit<CommandSet, 'messageId'>,
    dataSet?: DataSetWriter,
    onPending?: PendingTaker,
  ): Promise<CommandSet> {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    let sentWhole = false;
    const send = (pdus: Uint8Array, endsDataSet: boolean): Promise<void> => {
      sentWhole ||= endsDataSet;
      return this.#upperLayer.sendData(pdus);
    };
    try {
      const pdus = commandPdus(
        contextId,
        { ...command, messageId: this.#messageId },
        this.#payload,
      );
      await send(pdus, !dataSet);
      await dataSet?.({ contextId, payload: this.#payload, send });
      return await this.#response(command.commandField ?? 0, this.#messageId, onPending);
    } catch (error) {
      throw this.#failure(error, sentWhole);
    }
  }

  async #response(
    commandField: number,
    messageId: number,
    onPending?: PendingTaker,
  ): Promise<CommandSet> {
    this.#upperLayer.timers.start('response', () => {
      this.#upperLayer.abort('no response came: response timer expired');
    });
    let message = await this.#messages.next();
    while (message && this.#isRequest(message)) {
      await this.#perform(message);
      message = await this.#messages.next();
    }
    this.#upperLayer.timers.stop('response');
    if (!message) throw new MessageError('the peer asked for release instead of answering');
    const { command } = message;
    if (command.commandField !== (commandField | RESPONSE_BIT)) {
      throw new MessageError('the peer sent another message than the response');
    }
    if (command.messageIdBeingRespondedTo !== messageId) {
      throw new MessageError('the response is to another message');
    }
    if (command.status === undefined) throw new MessageError('the response has no status');
    if (onPending && statusCategory(command.status) === 'pending') {
      await onPending(message);
      return this.#response(commandField, messageId, onPending);
    }
    await message.dataSet?.skip();
    return command;
  }

  /**
   * Leaves the association open for requests of the peer until `done` says so after one of them, the peer releases, or
   * `ms` have passed. Whatever ends it is not told: what was performed is.
   */
  async hold(ms: number, done: () => boolean): Promise<void> {
    this.#upperLayer.timers.start(
      'response',
      () => {
        this.#upperLayer.release();
      },
      ms,
    );
    try {
      while (!done()) {
        const message = await this.#messages.next();
        if (!message) return;
        if (!this.#isRequest(message))
          throw new MessageError('a response to nothing that we asked');
        await this.#perform(message);
      }
    } catch (error) {
      if (error instanceof MessageError) this.#upperLayer.abort(error.message);
      else if (!(error instanceof AssociationEndedError)) throw error;
    } finally {
      this.#upperLayer.timers.stop('response');
    }
  }

  #isRequest({ command: { commandField = RESPONSE_BIT } }: IncomingMessage): boolean {
    return this.#serve !== undefined && (commandField & RESPONSE_BIT) === 0;
  }

  async #perform(message: IncomingMessage): Promise<void> {
    const { command, contextId } = message;
    const context = this.contexts.find(({ id }) => id === contextId);
    if (context?.result !== 'acceptance' || command.messageId === undefined) {
      throw new MessageError('a request without an accepted context or Message ID');
    }
    const fields = await this.#serve?.(message, context);
    const response: CommandSet = {
      ...fields,
      commandField: (command.commandField ?? 0) | RESPONSE_BIT,
      messageIdBeingRespondedTo: command.messageId,
      commandDataSetType: NO_DATA_SET,
    };
    await this.#upperLayer.sendData(commandPdus(contextId, response, this.#payload));
  }

  #failure(error: unknown, sentWhole: boolean): DimseError {
    if (error instanceof AssociationEndedError) {
      return new DimseError(
        sentWhole ? 'OCT_DIMSE_NO_RESPONSE' : 'OCT_DIMSE_INTERRUPTED',
        error.message,
      );
    }
    const detail = error instanceof Error ? error.message : 'unknown error';
    this.#upperLayer.abort(detail);
    if (error instanceof DimseError) return error;
    return new DimseError(sentWhole ? 'OCT_DIMSE_NO_RESPONSE' : 'OCT_DIMSE_PROTOCOL', detail);
  }

  /** Releases, or aborts where that is no longer possible; resolves when the socket is gone. */
  async release(): Promise<void> {
    this.#upperLayer.release();
    await this.#upperLayer.closed;
  }
}

function openingFailure(end: AssociationEnd): DimseError {
  switch (end.how) {
    case 'rejected':
      return new DimseError(
        end.result === REJECT_RESULTS.transient
          ? 'OCT_DIMSE_REJECTED_FOR_NOW'
          : 'OCT_DIMSE_REJECTED',
        end.why,
      );
    case 'disconnected':
      return new DimseError(
        isTlsFailure(end.code) ? 'OCT_DIMSE_TLS' : 'OCT_DIMSE_UNREACHABLE',
        end.why,
      );
    case 'released':
      return new DimseError('OCT_DIMSE_PROTOCOL', 'released before it was open');
    default:
      return new DimseError('OCT_DIMSE_PROTOCOL', end.why);
  }
}
