import { NodeProcess } from '../../../fixtures/node-process.js';
import { writeOptFiles } from '../../../fixtures/opt/write-files.js';
import { hashPassword } from '../../../src/config/user.js';
import { run } from '../../support/run.js';

export const PASSWORD = 'a long phrase for tests';

/**
 * A node with a user of each role; its settings are added to. Without a folder it gets a new one.
 * @param prepare fills its folder before it starts
 */
export async function consoleNode(
  environment: Readonly<Record<string, string>> = {},
  folder?: string,
  prepare: (folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<NodeProcess> {
  const hash = await hashPassword(PASSWORD);
  const users = ['viewer', 'operator', 'administrator'].map((role) => `${role}:${role}:${hash}`);
  const node = await NodeProcess.prepare(
    { OCTRIAGE_USERS: users.join(','), ...environment },
    folder,
  );
  try {
    await prepare(node.folder);
    await node.start();
  } catch (error) {
    // Whoever asked has no node to remove: left alone it would run on.
    await (folder === undefined ? node.remove() : node.kill());
    throw error;
  }
  return node;
}

export function consoleUrl(node: NodeProcess, path = ''): string {
  return `http://127.0.0.1:${node.httpPort}/console/${path}`;
}

/** Asks the API as one of the users. */
export async function api<T>(node: NodeProcess, user: string, path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${node.httpPort}${path}`, {
    headers: {
      Authorization: `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString('base64')}`,
    },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** Sends scans by dcmtk's storescu as the given AE title; false where the association was refused. */
export async function sendScan(
  node: NodeProcess,
  specification: Parameters<typeof writeOptFiles>[1][number],
  callingAeTitle = 'SCANNER',
): Promise<boolean> {
  const [file] = writeOptFiles(`${node.folder}/scans`, [specification]);
  const { code } = await run('storescu', [
    ...['-aet', callingAeTitle, '-aec', NodeProcess.aeTitle],
    ...['127.0.0.1', String(node.dimsePort), file!.path],
  ]);
  return code === 0;
}
