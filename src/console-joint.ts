import type { Router } from 'express';
import type { Archive } from './archive/archive.js';
import { EVENTS } from './archive/events.js';
import { changesRouter } from './console/changes.js';
import { imagesRouter } from './console/images.js';
import { pageRouter } from './console/page-files.js';
import { scansRouter } from './console/scans.js';
import { storedFiles } from './console-files.js';
import type { DeviceProfile } from './values/device-profile.js';

export interface ConsoleParts {
  readonly archive: Archive;
  readonly profiles: readonly DeviceProfile[];
}

/** The console's routes: its page and what the page asks for. */
export function consoleRouters({ archive, profiles }: ConsoleParts): readonly Router[] {
  const { scanView } = archive;
  const files = storedFiles(archive, profiles);
  return [
    pageRouter(),
    changesRouter(scanView),
    scansRouter({
      ledger: scanView,
      files,
      eventMeaning: (what) => (what in EVENTS ? EVENTS[what as keyof typeof EVENTS] : what),
    }),
    imagesRouter(files),
  ];
}
