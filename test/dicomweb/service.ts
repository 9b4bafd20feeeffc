import type { User } from '../../src/config/user.js';
import { storedFiles } from '../../src/joints/console-files.js';
import { PROFILES } from '../../src/devices/profiles.js';
import { dicomwebOf, type DicomwebParts } from '../../src/joints/dicomweb.js';
import { Passwords } from '../../src/http/passwords.js';
import { setLogLevel } from '../../src/operations/log.js';
import { startHttpServer } from '../../src/http/server.js';
import { Sessions } from '../../src/http/sessions.js';
import { storeSink } from '../../src/joints/store-sink.js';
import { Transfers } from '../../src/joints/transfers.js';
import type { Archive, ArchiveOptions } from '../../src/archive/archive.js';
import { openTestArchive } from '../archive/objects.js';

export interface TestService {
  readonly archive: Archive;
  readonly port: number;
  /** Of the services: what a client is configured with. */
  readonly url: string;
  readonly transfers: Transfers;
  /** Errors that are ours, not the client's. */
  readonly errors: readonly unknown[];
  stop(): Promise<void>;
}

/** The DICOMweb services on an archive of the test's own, as the node joins them; without users anybody here may all. */
export async function startService(
  dataDir: string,
  options: {
    readonly users?: readonly User[];
    readonly settings?: Partial<DicomwebParts['settings']>;
    readonly archive?: Partial<ArchiveOptions>;
  } = {},
): Promise<TestService> {
  setLogLevel('error');
  const archive = openTestArchive(dataDir, options.archive);
  await archive.recover();
  const transfers = new Transfers();
  const errors: unknown[] = [];
  const dicomweb = dicomwebOf({
    settings: {
      aeTitle: 'OCTRIAGE',
      maxStoreSize: 100,
      maxStoreRequests: 4,
      maxWebRate: 0,
      ...options.settings,
    },
    archive,
    sink: storeSink(archive, () => undefined),
    transfers,
    files: storedFiles(archive, () => PROFILES),
    onTransferEnded: () => undefined,
  });
  const { users = [] } = options;
  const http = await startHttpServer({
    bind: '127.0.0.1',
    port: 0,
    authentication: {
      passwords: new Passwords(users),
      sessions: new Sessions(),
      configured: users.length > 0,
    },
    allowedOrigins: ['https://viewer.example.org'],
    open: [],
    routers: [dicomweb.router],
    onError: (error) => errors.push(error),
  });
  return {
    archive,
    port: http.port,
    url: `http://127.0.0.1:${String(http.port)}/dicom-web`,
    transfers,
    errors,
    async stop() {
      await dicomweb.drain();
      await http.close();
      await archive.close();
      setLogLevel('info');
    },
  };
}
