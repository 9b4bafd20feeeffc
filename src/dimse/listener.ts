import { randomUUID } from 'node:crypto';
import { SOP_CLASSES } from '../dicom/uids.js';
import type { ClientCertificate } from '../config/setting-kinds.js';
import type { TlsCredentials } from '../config/tls-credentials.js';
import { Acceptor } from './acceptor.js';
import type { Admission, CallerIdentity } from './acceptor.js';
import { isAeTitle } from '../dicom/ae-title.js';
import type { AssociationEvent } from './association-event.js';
import { DimseError } from './errors.js';
import type { Accepted, Refusal } from './negotiation.js';
import type { CommitmentSink } from './services/commitment-performer.js';
import type { StoreSink } from './services/store-scp.js';
import { DEFAULT_TIMERS } from './upper-layer/timers.js';
import type { Timers } from './upper-layer/timers.js';
import { acceptTls, describeSecurity } from './upper-layer/tls.js';
import { listen } from './upper-layer/transport.js';
import type { Connection, TransportServer } from './upper-layer/transport.js';

export type {
  StoreOutcome,
  StoreReception,
  StoreRequest,
  StoreSink,
} from './services/store-scp.js';

/** Connections beyond the associations that may be open at once, so that a refusal can still be said politely. */
const CONNECTIONS_ABOVE_ASSOCIATIONS = 64;
const SMALLEST_MAX_PDU_LENGTH = 4096;

export interface ListenerOptions {
  /** Address to listen on. */
  readonly bind: string;
  /** 0: any free port. */
  readonly port: number;
  /** Ours. A caller who addresses another is rejected. */
  readonly aeTitle: string;
  /** Further titles by which we may be called. */
  readonly furtherAeTitles?: readonly string[];
  /** SOP classes and transfer syntaxes that are taken: from the tables of `dicom/uids.ts`. */
  readonly accepted: Accepted;
  /** The longest P-DATA-TF that we take, in bytes (its variable field, PS3.8 D.1.1). */
  readonly maxPduLength: number;
  /** Associations open at once; one more is refused as transient, local limit exceeded. */
  readonly maxAssociations: number;
  /** The same for one calling AE title, so that one of them leaves room for the others (R22). */
  readonly maxAssociationsPerCaller?: number;
  readonly timers?: Timers;
  /** A second port for DICOM over TLS; its associations count with the others. */
  readonly tls?: {
    /** 0: any free port. */
    readonly port: number;
    readonly credentials: TlsCredentials;
    readonly clientCertificate: ClientCertificate;
  };
  /** May this caller come in? The reason of a refusal is for the record, the peer learns only that it was refused. */
  admit(caller: CallerIdentity): Admission;
  readonly store: StoreSink;
  /** Storage commitment, in both roles; without it its SOP class is not accepted. */
  readonly commitment?: CommitmentSink;
  onEvent(event: AssociationEvent): void;
}

export interface Listener {
  readonly port: number;
  /** Where DICOM over TLS is listened for. */
  readonly tlsPort?: number;
  /** From the next connection on, TLS is made with these. */
  renewCredentials(credentials: TlsCredentials): void;
  /** Accepted associations that are not over. */
  readonly associations: number;
  /** Open sockets: includes those that are not yet, or no longer, associations. */
  readonly connections: number;
  /**
   * Refuses new associations (transient, local limit exceeded), lets the open ones finish, then closes. An association
   * that sends nothing is aborted after the ARTIM time instead of the idle time.
   */
  drain(): Promise<void>;
  /** Aborts what is open, and resolves when no socket is left. */
  close(): Promise<void>;
}

/**
 * Listens for associations: C-ECHO and C-STORE as SCP, storage commitment.
 * @throws DimseError OCT_DIMSE_OPTION for an option that cannot be; Node's error (EADDRINUSE, …) where it cannot listen
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const aeTitles = [options.aeTitle, ...(options.furtherAeTitles ?? [])];
  if (!aeTitles.every(isAeTitle)) {
    throw new DimseError('OCT_DIMSE_OPTION', 'our AE title must be 1 to 16 printable characters');
  }
  if (options.maxPduLength < SMALLEST_MAX_PDU_LENGTH) {
    throw new DimseError('OCT_DIMSE_OPTION', 'the maximum PDU length must be at least 4,096 bytes');
  }
  const timers = options.timers ?? DEFAULT_TIMERS;
  const { uid } = SOP_CLASSES.storageCommitmentPushModel;
  const accepted = options.commitment
    ? { ...options.accepted, sopClasses: [...options.accepted.sopClasses, uid] }
    : options.accepted;
  const open = new Set<Acceptor>();
  let draining = false;

  const associations = (): number => [...open].filter((one) => one.established).length;
  const room = (callingAeTitle: string): Refusal | undefined => {
    const refusal = { result: 'transient', reason: 'localLimitExceeded' } as const;
    if (draining) return { ...refusal, why: 'the node is being stopped' };
    if (associations() >= options.maxAssociations) {
      return { ...refusal, why: `${options.maxAssociations} associations are open already` };
    }
    const { maxAssociationsPerCaller = Infinity } = options;
    const own = [...open].filter((one) => one.established && one.callingAeTitle === callingAeTitle);
    if (own.length < maxAssociationsPerCaller) return undefined;
    const why = `${maxAssociationsPerCaller} associations of this caller are open already`;
    return { ...refusal, why };
  };

  const take = (connection: Connection, associationId: string, security: string): void => {
    const acceptor = new Acceptor(connection, associationId, {
      ...options,
      accepted,
      aeTitles,
      security,
      timers,
      room,
    });
    open.add(acceptor);
    void acceptor.upperLayer.closed.then(() => open.delete(acceptor));
  };

  const handshakes = new Set<Connection>();
  let credentials = options.tls?.credentials;
  const takeTls = (connection: Connection): void => {
    if (!options.tls || !credentials) return;
    const associationId = randomUUID();
    const peerAddress = connection.remoteAddress ?? '';
    const { clientCertificate } = options.tls;
    handshakes.add(connection);
    connection.once('close', () => handshakes.delete(connection));
    acceptTls(
      connection,
      { credentials, clientCertificate, handshakeTimeout: timers.tlsHandshake },
      {
        secured(secured) {
          handshakes.delete(connection);
          take(secured, associationId, describeSecurity(secured));
        },
        foreign(looksLike) {
          options.onEvent({ type: 'notDicom', associationId, peerAddress, looksLike });
        },
        failed(why) {
          options.onEvent({ type: 'notSecured', associationId, peerAddress, why });
        },
      },
    );
  };

  const most = options.maxAssociations + CONNECTIONS_ABOVE_ASSOCIATIONS;
  const server = await listen(options.bind, options.port, most, (connection) => {
    take(connection, randomUUID(), 'plain');
  });
  let tlsServer: TransportServer | undefined;
  try {
    if (options.tls) tlsServer = await listen(options.bind, options.tls.port, most, takeTls);
  } catch (error) {
    await server.stopListening();
    throw error;
  }
  const stopListening = async (): Promise<void> => {
    await server.stopListening();
    await tlsServer?.stopListening();
  };

  const allClosed = async (): Promise<void> => {
    for (const connection of handshakes) connection.destroy();
    while (open.size > 0) {
      await Promise.all([...open].map(({ upperLayer }) => upperLayer.closed));
      // The sets' own `delete` runs in the same turn as ours.
      await Promise.resolve();
    }
  };

  return {
    port: server.port,
    ...(tlsServer && { tlsPort: tlsServer.port }),
    renewCredentials(renewed) {
      if (credentials) credentials = renewed;
    },
    get associations() {
      return associations();
    },
    get connections() {
      return open.size + handshakes.size;
    },
    async drain() {
      draining = true;
      const established = [...open].filter((one) => one.established);
      for (const { upperLayer } of established) upperLayer.shortenIdle(timers.artim);
      // Until then we go on listening: a newcomer shall hear "transient", not find a closed port.
      await Promise.all(established.map(({ upperLayer }) => upperLayer.closed));
      await stopListening();
      await allClosed();
    },
    async close() {
      draining = true;
      await stopListening();
      for (const { upperLayer } of open) upperLayer.abort('the node was stopped');
      await allClosed();
    },
  };
}
