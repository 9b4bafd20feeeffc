import { Agent, request, type IncomingMessage } from 'node:http';
import { encodeFileMeta } from '../../src/dicom/part10.js';
import { nextUid, UID_LENGTH, type BenchObject } from './objects.js';

const BOUNDARY = 'bench';
const RELATED = 'multipart/related; type="application/dicom"';

/** Stores `count` new objects, one a request, over so many connections; seconds, and their SOP Instance UIDs. */
export async function stow(
  port: number,
  object: BenchObject,
  { count, connections }: { readonly count: number; readonly connections: number },
): Promise<{ readonly seconds: number; readonly uids: readonly string[] }> {
  const uids = Array.from({ length: count }, nextUid);
  const seconds = await timed(connections, uids, async (uid, agent) => {
    const response = await ask(port, agent, 'POST', '/dicom-web/studies', bodyOf(object, uid));
    await bytesOf(response);
    if (response.statusCode !== 200)
      throw new Error(`STOW answered ${String(response.statusCode)}`);
  });
  return { seconds, uids };
}

/** Retrieves objects as they are stored, one a request; seconds. */
export function wado(
  port: number,
  series: string,
  uids: readonly string[],
  connections: number,
  least: number,
): Promise<number> {
  return timed(connections, uids, async (uid, agent) => {
    const response = await ask(port, agent, 'GET', `${series}/instances/${uid}`);
    if ((await bytesOf(response)) < least) throw new Error('WADO answered less than was stored');
  });
}

async function timed(
  connections: number,
  uids: readonly string[],
  work: (uid: string, agent: Agent) => Promise<void>,
): Promise<number> {
  const waiting = [...uids];
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let uid = waiting.shift(); uid !== undefined; uid = waiting.shift())
        await work(uid, agent);
      agent.destroy();
    }),
  );
  return (performance.now() - begin) / 1000;
}

function bodyOf(object: BenchObject, uid: string): readonly Uint8Array[] {
  const { sopClassUid, transferSyntaxUid, pixelBlock, pixelLength } = object;
  const head = Buffer.from(object.head);
  head.write(uid, object.uidOffset, UID_LENGTH, 'latin1');
  const pieces: Uint8Array[] = [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
    encodeFileMeta({ sopClassUid, sopInstanceUid: uid, transferSyntaxUid }),
    head,
  ];
  for (let left = pixelLength; left > 0; left -= pixelBlock.length)
    pieces.push(pixelBlock.subarray(0, Math.min(left, pixelBlock.length)));
  return [...pieces, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)];
}

function ask(
  port: number,
  agent: Agent,
  method: 'GET' | 'POST',
  path: string,
  body: readonly Uint8Array[] = [],
): Promise<IncomingMessage> {
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  const headers = {
    Accept: method === 'GET' ? `${RELATED}; transfer-syntax=*` : 'application/dicom+json',
    ...(length > 0 && {
      'Content-Type': `${RELATED}; boundary=${BOUNDARY}`,
      'Content-Length': length,
    }),
  };
  return new Promise((resolve, reject) => {
    const sending = request({ port, host: '127.0.0.1', agent, method, path, headers }, resolve);
    sending.on('error', reject);
    sending.cork();
    for (const piece of body) sending.write(piece);
    sending.uncork();
    sending.end();
  });
}

async function bytesOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const chunk of response) length += (chunk as Buffer).length;
  return length;
}
