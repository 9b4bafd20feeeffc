import { Socket, connect as netConnect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ReceiveMemory, ReceiveSpace } from './receive-memory.js';
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
  const memory = new ReceiveMemory();
  const server = createServer(
    { noDelay: true, keepAlive: true, pauseOnConnect: true },
    (socket) => {
      connected(readingInto(memory, socket));
    },
  );
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

/** What a socket of a server is made of, and what no declaration tells. */
interface AcceptedSocket {
  _handle: unknown;
  /** Whose connections are counted. */
  _server: unknown;
}

/**
 * The same connection as a socket that reads into `memory`: its 'data' has the block as a second argument. Node lets
 * only sockets that it connects choose where they read (`onread`); an accepted one is made anew over its handle.
 */
function readingInto(memory: ReceiveMemory, accepted: Socket): Socket {
  const inner = accepted as unknown as AcceptedSocket;
  const { _handle: handle, _server: server } = inner;
  if (!handle || !server) {
    accepted.resume(); // another Node than we know: a socket that reads as others do
    return accepted;
  }
  const space = new ReceiveSpace(memory);
  const onread = {
    buffer: () => space.next,
    callback(length: number) {
      space.filled(length, (chunk, block) => socket.emit('data', chunk, block));
      return true;
    },
  };
  const options = { handle, onread, readable: true, writable: true };
  const socket = new Socket(options);
  (socket as unknown as AcceptedSocket)._server = server;
  inner._handle = inner._server = null;
  socket.once('close', () => {
    space.close();
  });
  return socket;
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
