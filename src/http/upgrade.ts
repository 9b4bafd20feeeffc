import type { Express, Response } from 'express';
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** A connection that asks to become a WebSocket, and what of it has come already. */
export interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** The connection of a request for a WebSocket; undefined where it is no such request. */
export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
  return upgrades.get(request);
}

/** The connection is the caller's now, and no answer of HTTP goes over it. */
export function takeUpgrade(response: Response, upgrade: Upgrade): Upgrade {
  response.detachSocket(response.req.socket);
  return upgrade;
}

/**
 * Sends requests for a WebSocket the way of all others: the same authentication, limits and problems, until a route takes
 * the connection. Node hands over whatever asks for any upgrade as soon as somebody listens; what asks for another one
 * (Java's client asks each plain server for HTTP/2) goes back to be answered as if it had not asked (RFC 9110 7.8).
 */
export function serveUpgrades(server: Server, app: Express): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      socket.unshift(Buffer.concat([Buffer.from(headOf(request), 'latin1'), head]));
      server.emit('connection', socket);
      return;
    }
    socket.on('error', () => undefined);
    upgrades.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.assignSocket(request.socket);
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.end());
    app(request, response);
  });
}

const OF_UPGRADE = new Set(['upgrade', 'connection', 'http2-settings']);

/** A request's head as it came, without the wish for an upgrade. */
function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method ?? ''} ${url ?? ''} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!OF_UPGRADE.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
