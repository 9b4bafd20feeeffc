import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from '../../src/dicom/uids.js';
import { startListener } from '../../src/dimse/listener.js';

/** A destination that keeps what it takes, object by object, and makes trouble. */
export interface Troublemaker {
  readonly port: number;
  /** How often each SOP Instance UID came. */
  readonly arrived: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

interface Trouble {
  /** What it takes; absent: everything. */
  readonly sopClasses?: readonly string[];
  /** It has stored the object that came as the so-many-th. */
  readonly onStored?: (count: number) => Promise<void> | void;
}

async function startTroublemaker({ sopClasses, onStored }: Trouble): Promise<Troublemaker> {
  const arrived = new Map<string, number>();
  let count = 0;
  const listener = await startListener({
    bind: '127.0.0.1',
    port: 0,
    aeTitle: 'TROUBLE',
    accepted: {
      sopClasses: sopClasses ?? SOP_CLASSES_ACCEPTED,
      transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED,
    },
    maxPduLength: 131_072,
    maxAssociations: 16,
    admit: () => ({ admitted: true }),
    store: {
      begin: ({ sopInstanceUid }) =>
        Promise.resolve({
          write: () => Promise.resolve(),
          abandon: () => Promise.resolve(),
          async finish() {
            arrived.set(sopInstanceUid, (arrived.get(sopInstanceUid) ?? 0) + 1);
            count += 1;
            await onStored?.(count);
            return { status: 0 };
          },
        }),
    },
    onEvent: () => undefined,
  });
  return { port: listener.port, arrived, close: () => listener.close() };
}

/** It has no context for these SOP classes. */
export function refuses(...uids: readonly string[]): Promise<Troublemaker> {
  return startTroublemaker({
    sopClasses: SOP_CLASSES_ACCEPTED.filter((uid) => !uids.includes(uid)),
  });
}

/** It stores each `every`th object and answers later than its sender waits. */
export function answersLate(every: number, milliseconds: number): Promise<Troublemaker> {
  return startTroublemaker({
    onStored: (count) => (count % every === 1 ? sleep(milliseconds) : undefined),
  });
}

/** It stores each `every`th object, and the connection is lost before its response. */
export async function losesConnection(every: number): Promise<Troublemaker> {
  let cut = false;
  const behind = await startTroublemaker({
    onStored: (count) => {
      cut = count % every === 1;
    },
  });
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(behind.port, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(server);
    server.on('data', (chunk) => {
      if (!cut) client.write(chunk);
      else for (const socket of [client, server]) socket.resetAndDestroy();
      cut = false;
    });
    server.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    arrived: behind.arrived,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
      await behind.close();
    },
  };
}
