import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as tlsConnect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../config/setting-kinds.js';
import type { TlsCredentials } from '../../config/tls-credentials.js';
import { recogniseForeignProtocol } from './foreign-protocol.js';
import type { ForeignProtocol } from './foreign-protocol.js';
import { encodePdu } from './pdu-encode.js';
import { ABORT_SOURCES } from './reasons.js';
import { CLOSED_BEFORE_SECURE, TLS_HANDSHAKE_TIMEOUT, describeTlsFailure } from './tls-failure.js';

/**
 * PS3.15 B.12, the BCP 195 profile: TLS 1.2 at least (RFC 8996), the cipher suites that RFC 9325 §4.2 recommends, and
 * those of TLS 1.3 (RFC 9325 §4.2.1 leaves them to RFC 8446).
 */
export const TLS_PROFILE = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_AES_128_GCM_SHA256',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
} as const;

/** The first byte of a TLS record that carries a handshake. */
const HANDSHAKE_RECORD = 0x16;

export interface AcceptTlsOptions {
  readonly credentials: TlsCredentials;
  readonly clientCertificate: ClientCertificate;
  /** In ms. */
  readonly handshakeTimeout: number;
}

/** Exactly one of them is called, unless the socket is destroyed from outside. */
export interface TlsOutcome {
  secured(socket: TLSSocket): void;
  /** The first bytes are of another protocol. */
  foreign(looksLike: ForeignProtocol): void;
  failed(why: string): void;
}

/**
 * TLS as server on one incoming connection. What cannot become TLS is closed at once and said why (R15). Each
 * connection has a `tls.Server` of its own: Node tells a failed handshake by the server alone, without saying whose it
 * was; it costs one to three milliseconds, and a renewed certificate counts from the next connection on.
 */
export function acceptTls(socket: Socket, options: AcceptTlsOptions, outcome: TlsOutcome): void {
  const { credentials, clientCertificate, handshakeTimeout } = options;
  let over = false;
  const settle = (tell: () => void): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    tell();
  };
  const fail = (code: string): void => {
    settle(() => {
      socket.destroySoon();
      outcome.failed(describeTlsFailure(code));
    });
  };
  const timer = setTimeout(() => {
    fail(TLS_HANDSHAKE_TIMEOUT);
    socket.destroy();
  }, handshakeTimeout);
  socket.on('error', () => undefined);
  socket.once('close', () => {
    // Node closes the socket first and says why afterwards, where it refuses a certificate.
    setImmediate(() => {
      fail(CLOSED_BEFORE_SECURE);
    });
  });
  socket.once('data', (first: Buffer) => {
    if (first[0] !== HANDSHAKE_RECORD) {
      settle(() => {
        const looksLike = recogniseForeignProtocol(first, 'TLS');
        turnAway(socket, looksLike);
        outcome.foreign(looksLike);
      });
      return;
    }
    socket.pause();
    socket.unshift(first);
    const server = createServer({
      ...TLS_PROFILE,
      honorCipherOrder: true,
      ...(credentials.identity && {
        cert: credentials.identity.certificate,
        key: credentials.identity.key,
      }),
      ...(credentials.ca !== undefined && { ca: credentials.ca }),
      requestCert: clientCertificate !== 'none',
      rejectUnauthorized: clientCertificate === 'required',
      handshakeTimeout: 0,
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException, secured) => {
      fail(codeOf(secured.authorizationError) ?? error.code ?? 'ECONNRESET');
    });
    server.once('secureConnection', (secured) => {
      secured.on('error', () => undefined);
      const shown = secured.getPeerX509Certificate() !== undefined;
      const refused = shown && !secured.authorized ? codeOf(secured.authorizationError) : undefined;
      if (refused !== undefined) {
        fail(refused);
        secured.destroy();
      } else {
        settle(() => {
          outcome.secured(secured);
        });
      }
    });
    server.emit('connection', socket);
  });
}

/** Node types it as Error, and sets a code as text. */
function codeOf(authorizationError: unknown): string | undefined {
  if (typeof authorizationError === 'string') return authorizationError;
  return authorizationError instanceof Error ? authorizationError.message : undefined;
}

/** A peer that speaks DICOM understands an A-ABORT (service-provider, reason not specified); others get nothing. */
function turnAway(socket: Socket, looksLike: ForeignProtocol): void {
  if (looksLike === 'DICOM without TLS') {
    socket.write(encodePdu({ type: 'A-ABORT', source: ABORT_SOURCES.serviceProvider, reason: 0 }));
  }
  socket.destroySoon();
}

/** TLS towards a peer: whom we trust, who we are, and the name that its certificate must bear. */
export interface PeerTls {
  readonly credentials: TlsCredentials;
  /** Where it is not the host. */
  readonly serverName?: string | undefined;
}

/** A socket that connects and then makes TLS; its errors come to whoever it is given to. */
export function connectTls(
  host: string,
  port: number,
  { credentials: { identity, ca }, serverName }: PeerTls,
  handshakeTimeout: number,
): TLSSocket {
  const name = serverName ?? host;
  const socket = tlsConnect({
    ...TLS_PROFILE,
    host,
    port,
    // SNI takes no addresses (RFC 6066 §3); the certificate is compared with the host then.
    ...(isIP(name) === 0 && { servername: name }),
    ...(identity && { cert: identity.certificate, key: identity.key }),
    ...(ca !== undefined && { ca }),
  });
  let timer: NodeJS.Timeout | undefined;
  socket.once('connect', () => {
    timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('TLS handshake'), { code: TLS_HANDSHAKE_TIMEOUT }));
    }, handshakeTimeout);
  });
  for (const event of ['secureConnect', 'close'] as const) {
    socket.once(event, () => {
      clearTimeout(timer);
    });
  }
  return socket;
}

/** For the log: protocol version and cipher suite. */
export function describeSecurity(socket: TLSSocket): string {
  return `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().name}`;
}
