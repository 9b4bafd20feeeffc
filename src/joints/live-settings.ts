import { unwatchFile, watchFile } from 'node:fs';
import { ConfigError, formatProblem } from '../config/problem.js';
import type { Settings } from '../config/settings-manifest.js';
import { tablesFileOf } from '../config/tables-file.js';
import { readTlsCredentials, type TlsCredentials } from '../config/tls-credentials.js';
import { deviceProfiles } from '../device-profiles.js';
import { errorFields, log, setLogLevel } from '../operations/log.js';
import type { DeviceProfile } from '../values/device-profile.js';

/** Settings that take effect without a restart. */
type Live = Pick<
  Settings,
  'callers' | 'destinations' | 'aeAddresses' | 'notifications' | 'logLevel'
> & {
  readonly credentials: TlsCredentials;
  /** Of the program and of the site. */
  readonly profiles: readonly DeviceProfile[];
};

/** Files are looked at so often; by polling, since that also sees mounted secrets and network folders. */
const POLL_INTERVAL = 1000;
/** A certificate and its key are two files: what is written within this time is read together, in ms. */
const SETTLE_TIME = 500;

/**
 * The tables, the device profiles and the TLS credentials, read anew when one of their files changes or on request. They
 * are validated as a whole: one problem and all of it stays as it was.
 */
export class LiveSettings {
  #current: Live;
  readonly #files: readonly string[];
  #settling: NodeJS.Timeout | undefined;

  /** @throws ConfigError */
  constructor(
    settings: Settings,
    private readonly reread: () => Settings,
    private readonly changed: (live: Live) => void,
  ) {
    this.#current = liveOf(settings);
    const { tlsCertificate, tlsKey, tlsCa } = settings;
    this.#files = [tablesFileOf(settings), tlsCertificate, tlsKey, tlsCa].filter(
      (path) => path !== '',
    );
  }

  get current(): Live {
    return this.#current;
  }

  watch(): void {
    for (const file of this.#files) {
      watchFile(file, { interval: POLL_INTERVAL, persistent: false }, (now, before) => {
        // A file that is not there yet is told of once, as if it had changed.
        if (now.mtimeMs === before.mtimeMs && now.ino === before.ino) return;
        clearTimeout(this.#settling);
        this.#settling = setTimeout(() => {
          this.reload();
        }, SETTLE_TIME);
      });
    }
  }

  close(): void {
    clearTimeout(this.#settling);
    for (const file of this.#files) unwatchFile(file);
  }

  /** Never throws: what is wrong is in the log, and the node goes on with what it had. */
  reload(): void {
    let read: Live;
    try {
      read = liveOf(this.reread());
    } catch (error) {
      const why = error instanceof ConfigError ? error.problems.map(formatProblem).join('; ') : '';
      log('error', 'the changed settings cannot be used; the old ones stay', {
        ...errorFields(error),
        ...(why !== '' && { code: 'OCT_CONFIG', reason: why }),
      });
      return;
    }
    this.#current = read;
    setLogLevel(read.logLevel);
    log('info', 'settings read anew', {
      detail: `${read.callers.length} callers, ${read.destinations.length} destinations, ${read.notifications.length} notifications, ${read.profiles.length} device profiles`,
    });
    this.changed(read);
  }
}

function liveOf(settings: Settings): Live {
  const { callers, destinations, aeAddresses, notifications, logLevel } = settings;
  return {
    callers,
    destinations,
    aeAddresses,
    notifications,
    logLevel,
    credentials: readTlsCredentials(settings),
    profiles: deviceProfiles(settings),
  };
}
