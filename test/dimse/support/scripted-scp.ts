import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { ScriptedPeer } from './scripted-peer.js';

/** Listens, and plays the script with whoever connects. */
export async function scriptedScp(script: (peer: ScriptedPeer) => Promise<void>): Promise<Server> {
  const server = createServer((socket) => void script(new ScriptedPeer(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
