import { RECEPTION_STATUSES } from '../archive/reception-status.js';
import { isAeDestination, showAeAddress, showDestination } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { timersOf } from '../config/timers.js';
import { CHARACTER_SETS_READ } from '../dicom/character-set.js';
import {
  APPLICATION_CONTEXT_NAME,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  REQUESTOR_ROLES,
  SOP_CLASSES,
  TRANSFER_SYNTAXES,
  TRANSFER_SYNTAXES_OF_MESSAGES,
  sopClass,
  transferSyntax,
} from '../dicom/uids.js';
import { DELIVERED_STATUSES, STATUS_CLASSES } from '../delivery/outcome-table.js';
import { RETRIED } from '../delivery/retry-table.js';
import { ABORT_REASONS, REJECT_REASONS } from '../dimse/upper-layer/reasons.js';
import { TLS_PROFILE } from '../dimse/upper-layer/tls.js';
import { formatStatus } from '../dimse/status.js';
import { PRODUCT } from '../values/product.js';
import type { Iod } from './iods.js';
import { webServices } from './web-services.js';

/** What is done with an instance of a SOP class, in words. */
const USES = {
  verification: 'Answers C-ECHO',
  commitment: 'Commits to what it stored; asks destinations to commit',
  volume: 'Stored and read as a scan',
  localizer: 'Stored; shows where a scan lies',
  'not-a-volume': 'Stored; not read',
  'vendor-result': 'Stored; not read',
} as const;

/**
 * The conformance statement as data, the JSON twin of the document: two sites can compare theirs. It holds tables of the
 * program and the configuration of one node, and no time, so that it changes only when one of them does.
 */
export function conformanceStatement(settings: Settings, iods: readonly Iod[]) {
  const made = new Set(iods.map(({ sopClassUid }) => sopClassUid));
  const named = (uid: string) => ({ uid, name: transferSyntax(uid)?.name ?? uid });
  const stored = Object.values(TRANSFER_SYNTAXES).map(({ uid }) => named(uid));
  return {
    product: PRODUCT,
    implementation: {
      applicationContext: APPLICATION_CONTEXT_NAME,
      classUid: IMPLEMENTATION_CLASS_UID,
      versionName: IMPLEMENTATION_VERSION_NAME,
    },
    sopClasses: Object.values(SOP_CLASSES).map(({ uid, name, use }) => ({
      uid,
      name,
      scu: use === 'verification' || use === 'commitment' || made.has(uid),
      scp: true,
      scpRoleOfRequestor: REQUESTOR_ROLES[use].scp,
      use: USES[use],
      created: made.has(uid),
    })),
    transferSyntaxes: {
      accepted: stored,
      ofMessages: TRANSFER_SYNTAXES_OF_MESSAGES.map(named),
      created: [...new Set(iods.map(({ transferSyntaxUid }) => transferSyntaxUid))].map(named),
    },
    applicationEntity: {
      aeTitle: settings.aeTitle,
      furtherAeTitles: settings.calledAeTitles,
      port: settings.dimsePort,
      maximumPduLength: settings.maxPduLength,
      maximumAssociations: settings.maxAssociations,
      maximumAssociationsPerCaller: settings.maxAssociationsPerCaller,
      asynchronousOperations: 'none: one operation at a time, the window is never negotiated',
      callers: settings.callers.map(({ aeTitle, from }) => ({
        aeTitle,
        from: from ?? 'anywhere',
      })),
      destinations: settings.destinations.map((one) => ({
        name: one.name,
        address: showDestination(one),
        commitment: (isAeDestination(one) ? one.commitment : undefined) ?? 'not asked',
      })),
      commitmentReportsTo: settings.aeAddresses.map(showAeAddress),
    },
    timers: timersOf(settings),
    commitment: {
      reportDelay: settings.commitmentReportDelay,
      hold: settings.commitmentHold,
      timeout: settings.commitmentTimeout,
    },
    retries: {
      initial: settings.retryInitial,
      maximum: settings.retryMaximum,
      repeated: RETRIED,
    },
    statuses: {
      answered: Object.values(RECEPTION_STATUSES).map(({ status, comment }) => ({
        status: formatStatus(status),
        comment: comment === '' ? 'Success' : comment,
      })),
      takenAsDelivered: [...DELIVERED_STATUSES].map(formatStatus),
      failures: STATUS_CLASSES.map(({ mask, status, errorClass, meaning }) => ({
        status: masked(status, mask),
        meaning,
        errorClass,
        repeated: RETRIED[errorClass],
      })),
    },
    webServices: webServices(settings),
    rejections: Object.values(REJECT_REASONS),
    aborts: Object.values(ABORT_REASONS),
    security: {
      tls: settings.tlsCertificate !== '',
      tlsPort: settings.tlsPort,
      clientCertificate: settings.tlsClientCertificate,
      minimumVersion: TLS_PROFILE.minVersion,
      cipherSuites: TLS_PROFILE.ciphers.split(':'),
    },
    characterSets: { read: CHARACTER_SETS_READ, written: ['ISO_IR 192'] },
    iods: iods.map((iod) => ({ ...iod, name: sopClass(iod.sopClassUid)?.name ?? iod.sopClassUid })),
  };
}

export type Statement = ReturnType<typeof conformanceStatement>;

/** 0xA7xx for a range. */
function masked(status: number, mask: number): string {
  const free = mask.toString(16).padStart(4, '0');
  const digits = formatStatus(status).slice(2);
  return `0x${digits.replace(/./g, (digit, at: number) => (free[at] === '0' ? 'x' : digit))}`;
}
