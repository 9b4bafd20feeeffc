import { connect as netConnect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { connectTls } from './tls.js';
import type { PeerTls } from './tls.js';

/** For those above who must name a connection without touching it. */
export type Connection = Socket;

/** A listening TCP port. Nothing outside this folder touches a socket. */
export interface TransportServer {
  readonly port: number;
  /** Stops listening; connections that are open stay so. */
  stopListening(): Promise<void>;
}

/**
 * Listens on `bind`:`port` (port 0: any free one).
 * @param maxConnections sockets of any kind; what comes beyond is closed by Node without a word
 */
export async function listen(
  bind: string,
  port: number,
  maxConnections: number,
  connected: (socket: Socket) => void,
): Promise<TransportServer> {
  const server = createServer({ noDelay: true, keepAlive: true }, connected);
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, bind, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // An accept(2) that fails (EMFILE) is the next connection's problem, not a reason to end the process.
  server.on('error', () => undefined);
  return { port: portOf(server), stopListening: () => stop(server) };
}

/** A socket that is connecting; its errors come to whoever it is given to. */
export function connect(
  host: string,
  port: number,
  tls: PeerTls | undefined,
  handshakeTimeout: number,
): Socket {
  if (tls) return connectTls(host, port, tls, handshakeTimeout);
  return netConnect({ host, port, noDelay: true, keepAlive: true });
}

/** The event that says that the transport connection stands: with TLS, after the handshake. */
export function confirmationEvent(socket: Socket): 'connect' | 'secureConnect' {
  return socket instanceof TLSSocket ? 'secureConnect' : 'connect';
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // `close` calls back when the last connection is gone, which is not what we wait for.
    server.close();
    resolve();
  });
}
