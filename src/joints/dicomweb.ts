import { Router } from 'express';
import type { Archive } from '../archive/archive.js';
import type { Settings } from '../config/settings-manifest.js';
import type { StoredFiles } from '../console/ports.js';
import { Headers } from '../dicomweb/headers.js';
import { queryRouter } from '../dicomweb/query.js';
import type { RetrievePort, StorePort } from '../dicomweb/ports.js';
import { renderedRouter } from '../dicomweb/rendered/rendered.js';
import { retrieveRouter } from '../dicomweb/retrieve.js';
import { stowService } from '../dicomweb/stow.js';
import { SERVICE_PATH } from '../dicomweb/urls.js';
import { renderingOf } from './rendered.js';
import { limitRate } from '../http/limit-rate.js';
import type { ArchiveSink } from './store-sink.js';
import type { Transfers } from './transfers.js';
import { MIB } from '../values/units.js';
import { readFrames } from '../volume/pixels/read-frames.js';
import { worklistOf } from './worklist.js';

export interface DicomwebParts {
  readonly settings: Pick<Settings, 'aeTitle' | 'maxStoreSize' | 'maxStoreRequests' | 'maxWebRate'>;
  readonly archive: Archive;
  readonly sink: ArchiveSink;
  readonly transfers: Transfers;
  /** Decoded scans, for the overlay of rendered frames. */
  readonly files: Pick<StoredFiles, 'images'>;
  /** A request that brought objects has ended. */
  readonly onTransferEnded: () => void;
  /** A request begins to bring objects, or has ended. */
  readonly onRequest?: StorePort['onRequest'];
  /** A workitem was asked for. */
  readonly onWork?: () => void;
}

export interface Dicomweb {
  readonly router: Router;
  /** Takes no more objects and resolves when those that are coming in have ended. */
  drain(): Promise<void>;
}

/** The DICOMweb services on the archive. */
export function dicomwebOf({
  settings,
  archive,
  sink,
  transfers,
  files,
  onTransferEnded,
  onRequest = () => undefined,
  onWork = () => undefined,
}: DicomwebParts): Dicomweb {
  const stow = stowService(
    {
      aeTitle: settings.aeTitle,
      begin: (object) => sink.begin(object),
      onRequest(event) {
        onRequest(event);
        if (transfers.observe(event)) onTransferEnded();
      },
    },
    { requestSize: settings.maxStoreSize * MIB, requests: settings.maxStoreRequests },
  );
  const retrieval: RetrievePort = {
    find: (scope) => archive.storedObjects.find(scope),
    async readFrames(path, header, numbers) {
      const result = await readFrames(path, header, numbers);
      return 'reason' in result ? { defect: result.reason.detail } : result;
    },
  };
  const headers = new Headers();
  const retrieve = retrieveRouter(retrieval, headers);
  const rendered = renderedRouter(retrieval, renderingOf(archive, files), headers);
  const query = queryRouter({ search: (search) => archive.studySearch.find(search) });
  const router = Router();
  const worklist = worklistOf(settings.aeTitle, archive, onWork);
  router.use(
    SERVICE_PATH,
    ...limitRate(settings.maxWebRate),
    stow.router,
    query,
    retrieve,
    rendered,
    ...worklist.routers,
  );
  return {
    router,
    async drain() {
      worklist.close();
      await stow.drain();
    },
  };
}
