/** `dicomweb.mjs PORT FOLDER`: the DICOMweb services on an archive, as the gateway joins them, from `dist/`. */
import { openArchive } from '../../../dist/archive/archive.js';
import { dicomwebOf } from '../../../dist/joints/dicomweb.js';
import { Passwords } from '../../../dist/http/passwords.js';
import { startHttpServer } from '../../../dist/http/server.js';
import { Sessions } from '../../../dist/http/sessions.js';
import { storeSink } from '../../../dist/joints/store-sink.js';
import { Transfers } from '../../../dist/joints/transfers.js';

const [port, folder] = process.argv.slice(2);
const nothing = () => undefined;
const archive = openArchive({ dataDir: folder, minimumFreeBytes: 0, maxAttempts: 3 });
const dicomweb = dicomwebOf({
  settings: { aeTitle: 'BENCH', maxStoreSize: 16_384, maxStoreRequests: 64, maxWebRate: 0 },
  archive,
  sink: storeSink(archive, nothing),
  transfers: new Transfers(),
  files: { images: () => Promise.resolve(undefined) },
  onTransferEnded: nothing,
});
await startHttpServer({
  bind: '127.0.0.1',
  port: Number(port),
  authentication: { passwords: new Passwords([]), sessions: new Sessions(), configured: false },
  allowedOrigins: [],
  open: [],
  routers: [dicomweb.router],
  onError: (error) => {
    process.stderr.write(`${String(error)}\n`);
  },
});
