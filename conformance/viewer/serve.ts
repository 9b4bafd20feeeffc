import { createReadStream, existsSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** The viewer's files, and behind the same origin the PACS: a browser asks no other. */
export function serveViewer(folder: string, pacs: URL): Server {
  return createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (path.startsWith('/dicom-web') || path.startsWith('/wado')) {
      const onward = request(
        new URL(path, pacs),
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(onward);
      return;
    }
    const name = normalize(path.split('?')[0] === '/' ? '/index.html' : path.split('?')[0]!);
    const file = join(folder, name);
    if (!existsSync(file)) {
      outgoing.writeHead(404).end();
      return;
    }
    outgoing.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(outgoing);
  });
}
