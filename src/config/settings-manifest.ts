import { DEFAULT_RESULT_KINDS, RESULT_KIND_NAMES } from '../values/result-kinds.js';
import { DAY } from '../values/units.js';
import {
  aeAddresses,
  aeTitle,
  aeTitles,
  automaticOr,
  callers,
  clientCertificate,
  destinations,
  executionProviders,
  integer,
  logLevel,
  optionalPath,
  port,
  providerLost,
  text,
} from './setting-kinds.js';
import { DECISION_SETTINGS } from './decision-settings.js';
import { HTTP_SETTINGS } from './http-settings.js';
import type { DeviceProfileEntry } from './device-profile-entry.js';
import type { NotificationTarget } from './notification.js';
import { setting, type Setting } from './setting.js';
import { AUDIT_SETTINGS } from './audit-settings.js';
import { SILENCE_SETTINGS } from './silence-settings.js';
import { TIMER_SETTINGS } from './timer-settings.js';
import { TRACE_SETTINGS } from './trace-settings.js';

const milliseconds = integer(10, DAY);

const FINDS_THE_TABLES = { fixed: 'it says where the tables file is' } as const;
const HAS_A_TABLE = { fixed: 'it has a table of its own', restart: false } as const;

/**
 * Every setting there is. Validation, `.env.example`, `docs/reference/settings.md`, `octriage check` and the console's form
 * are made from this table. They are read at start, and those without `restart` also while the node runs.
 */
export const SETTINGS = {
  dataDir: setting(
    'Node',
    'OCTRIAGE_DATA_DIR',
    text,
    './data',
    'Folder that holds everything: received objects, results and the ledger. Put it on a disk that syncs.',
    undefined,
    FINDS_THE_TABLES,
  ),
  tables: setting(
    'Node',
    'OCTRIAGE_TABLES',
    optionalPath,
    '',
    'JSON file with the tables "callers", "destinations", "aeAddresses", "notifications" and "deviceProfiles", added to those of the environment, and with "settings" that the environment does not set; empty: tables.json in the data folder. The console changes it.',
    undefined,
    FINDS_THE_TABLES,
  ),
  logLevel: setting(
    'Node',
    'OCTRIAGE_LOG_LEVEL',
    logLevel,
    'info',
    'How much is logged.',
    undefined,
    { restart: false },
  ),
  minimumFreeDisk: setting(
    'Node',
    'OCTRIAGE_MINIMUM_FREE_DISK',
    integer(0, 1_000_000_000),
    '1024',
    'Below this much free space nothing more is accepted (C-STORE answers 0xA700); nothing is deleted.',
    'MiB',
  ),
  aeTitle: setting(
    'Network',
    'OCTRIAGE_AE_TITLE',
    aeTitle,
    'OCTRIAGE',
    'Our AE title: scanners must call it, and destinations see it as the calling one.',
  ),
  calledAeTitles: setting(
    'Network',
    'OCTRIAGE_CALLED_AE_TITLES',
    aeTitles,
    '',
    'Further AE titles by which scanners may call us, e.g. that of the node that we replace.',
  ),
  bind: setting(
    'Network',
    'OCTRIAGE_BIND',
    text,
    '0.0.0.0',
    'Address to listen on for associations.',
  ),
  dimsePort: setting(
    'Network',
    'OCTRIAGE_DIMSE_PORT',
    port,
    '11112',
    'TCP port for DICOM associations; 0 takes any free one and logs it.',
  ),
  callers: setting(
    'Network',
    'OCTRIAGE_CALLERS',
    callers,
    '',
    'Who may open an association, e.g. SPECTRALIS1,MAESTRO@10.1.2.0/24. Nobody by default; * admits all, with a warning.',
    undefined,
    HAS_A_TABLE,
  ),
  maxAssociations: setting(
    'Network',
    'OCTRIAGE_MAX_ASSOCIATIONS',
    integer(1, 10_000),
    '64',
    'Associations at one time; further ones are refused as transient (local limit exceeded).',
  ),
  maxAssociationsPerCaller: setting(
    'Network',
    'OCTRIAGE_MAX_ASSOCIATIONS_PER_CALLER',
    integer(1, 10_000),
    '16',
    'Associations of one calling AE title at one time, so that no one takes the room of the others.',
  ),
  maxPduLength: setting(
    'Network',
    'OCTRIAGE_MAX_PDU_LENGTH',
    integer(4096, 1_048_576),
    '131072',
    'Longest PDU that peers may send us.',
    'bytes',
  ),
  tlsCertificate: setting(
    'TLS',
    'OCTRIAGE_TLS_CERTIFICATE',
    optionalPath,
    '',
    'PEM file with our certificate and its chain. With one, DICOM over TLS is listened for as well; a changed file is taken without a restart.',
  ),
  tlsKey: setting(
    'TLS',
    'OCTRIAGE_TLS_KEY',
    optionalPath,
    '',
    'PEM file with the private key of the certificate, without a passphrase.',
  ),
  tlsCa: setting(
    'TLS',
    'OCTRIAGE_TLS_CA',
    optionalPath,
    '',
    'PEM file with the authorities that certificates of callers and destinations must come from; empty: for destinations those that Node.js comes with.',
  ),
  tlsPort: setting(
    'TLS',
    'OCTRIAGE_DIMSE_TLS_PORT',
    port,
    '2762',
    'TCP port for DICOM over TLS (PS3.15 B.12), where OCTRIAGE_TLS_CERTIFICATE is given; 0 takes any free one and logs it.',
  ),
  tlsClientCertificate: setting(
    'TLS',
    'OCTRIAGE_TLS_CLIENT_CERTIFICATE',
    clientCertificate,
    'required',
    'Must callers on the TLS port show a certificate? One that is shown is always judged by OCTRIAGE_TLS_CA.',
  ),
  ...HTTP_SETTINGS,
  quietTime: setting(
    'Assembly',
    'OCTRIAGE_QUIET_MS',
    milliseconds,
    '60000',
    'A scan that comes in several objects, and does not say itself when it is whole, is read when nothing more came for so long and its sender has no association open.',
    'ms',
  ),
  models: setting(
    'Inference',
    'OCTRIAGE_MODELS',
    optionalPath,
    '',
    'Folder of the model set (manifest.json and the networks); empty: the one that `octriage models use` chose, else the one that comes with OCTriage.',
  ),
  shadowModels: setting(
    'Inference',
    'OCTRIAGE_SHADOW_MODELS',
    optionalPath,
    '',
    'Folder of a second model set that reads every scan after the first: its results are kept and compared (`octriage models compare`), and never sent. Empty: the one that `octriage models use SET --shadow` chose, else none. Costs one worker more.',
  ),
  modelSets: setting(
    'Inference',
    'OCTRIAGE_MODEL_SETS',
    optionalPath,
    '',
    'Folder in which model sets lie side by side, a folder each, for `octriage models list` and `use`; empty: `models` in the data folder.',
  ),
  ...DECISION_SETTINGS,
  deviceProfiles: setting(
    'Inference',
    'OCTRIAGE_DEVICE_PROFILES',
    optionalPath,
    '',
    'JSON file, or folder of them, with device profiles of this site: added, or in place of the one with the same id. `"basedOn"` names the profile to start from. Looked at again with every change of the tables, and at SIGHUP; profiles can stand in the tables file too.',
    undefined,
    { restart: false },
  ),
  workers: setting(
    'Inference',
    'OCTRIAGE_WORKERS',
    integer(0, 64),
    '1',
    'Worker processes, each with one scan in hand. 0 receives and stores but reads nothing.',
  ),
  executionProviders: setting(
    'Inference',
    'OCTRIAGE_EXECUTION_PROVIDERS',
    executionProviders,
    'cpu',
    'ONNX Runtime execution providers in order of preference; which one ran is in the log and the report.',
  ),
  providerLost: setting(
    'Inference',
    'OCTRIAGE_PROVIDER_LOST',
    providerLost,
    'fall-back',
    'When a GPU is lost: fall-back takes the next of OCTRIAGE_EXECUTION_PROVIDERS, hold reads nothing until it is back. See docs/guides/gpu.md.',
  ),
  inferenceThreads: setting(
    'Inference',
    'OCTRIAGE_INFERENCE_THREADS',
    automaticOr(256),
    'auto',
    'Threads that one worker gives to a network; auto measures at the first start what is fastest, and keeps it in the data folder (`octriage models tune` measures again).',
  ),
  workerMemory: setting(
    'Inference',
    'OCTRIAGE_WORKER_MEMORY_MIB',
    integer(256, 1_000_000),
    '4096',
    'Resident memory of one worker; one that takes more is ended, and costs its scan one attempt.',
    'MiB',
  ),
  stageDeadline: setting(
    'Inference',
    'OCTRIAGE_STAGE_DEADLINE_MS',
    milliseconds,
    '300000',
    'A worker that stays in one stage of a scan (volume, quality, inference, referral, results) for so long is ended.',
    'ms',
  ),
  maxAttempts: setting(
    'Inference',
    'OCTRIAGE_MAX_ATTEMPTS',
    integer(1, 100),
    '3',
    'After so many failed attempts a workitem is held with its reason.',
  ),
  leaseDuration: setting(
    'Inference',
    'OCTRIAGE_LEASE_MS',
    milliseconds,
    '30000',
    'A worker that gives no sign of life for so long loses its workitem to the next one.',
    'ms',
  ),
  destinations: setting(
    'Delivery',
    'OCTRIAGE_DESTINATIONS',
    destinations,
    '',
    `Where results are sent, e.g. PACS=ORTHANC@10.1.2.3:4242. Without one, results stay in the archive. A destination gets ${DEFAULT_RESULT_KINDS.join(' and ')}, or what it names: PACS=ORTHANC@10.1.2.3:4242?objects=label-map+report; the kinds are ${RESULT_KIND_NAMES.join(', ')}. With ?commitment=… it is asked for storage commitment of what it got; a report on another association needs the destination among OCTRIAGE_CALLERS. STOW-RS, rules, fallbacks, limits and hours are in the tables file: docs/guides/destinations.md.`,
    undefined,
    HAS_A_TABLE,
  ),
  retryInitial: setting(
    'Delivery',
    'OCTRIAGE_RETRY_INITIAL_MS',
    milliseconds,
    '5000',
    'Wait before the second attempt to deliver; it doubles each time.',
    'ms',
  ),
  retryMaximum: setting(
    'Delivery',
    'OCTRIAGE_RETRY_MAXIMUM_MS',
    milliseconds,
    '600000',
    'Longest wait between two attempts to deliver.',
    'ms',
  ),
  aeAddresses: setting(
    'Commitment',
    'OCTRIAGE_AE_ADDRESSES',
    aeAddresses,
    '',
    'Where callers listen that ask us for storage commitment and wait for the report on a new association, e.g. SPECTRALIS1@10.1.2.20:104. The first entry of an AE title counts; destinations need none.',
    undefined,
    HAS_A_TABLE,
  ),
  commitmentReportDelay: setting(
    'Commitment',
    'OCTRIAGE_COMMITMENT_REPORT_DELAY_MS',
    milliseconds,
    '1000',
    'A caller that asked for storage commitment and still holds its association after so long gets the report on it, any other one on a new association.',
    'ms',
  ),
  commitmentHold: setting(
    'Commitment',
    'OCTRIAGE_COMMITMENT_HOLD_MS',
    milliseconds,
    '10000',
    'So long we hold the association for the report of a destination with ?commitment=same-association.',
    'ms',
  ),
  commitmentTimeout: setting(
    'Commitment',
    'OCTRIAGE_COMMITMENT_TIMEOUT_MS',
    milliseconds,
    '3600000',
    'A destination that has not reported within this time is asked again, three times in all; then the object is marked as not committed.',
    'ms',
  ),
  retentionDays: setting(
    'Housekeeping',
    'OCTRIAGE_RETENTION_DAYS',
    integer(0, 36_500),
    '0',
    'Studies of which nothing came for so long are deleted at night, where all their results are delivered everywhere and we have not committed to keep them. 0: nothing is ever deleted.',
    'days',
  ),
  backupFolder: setting(
    'Housekeeping',
    'OCTRIAGE_BACKUP_DIR',
    optionalPath,
    '',
    'Where the ledger is backed up every night; empty: the folder backups of the data folder. Better on another disk.',
  ),
  backupsKept: setting(
    'Housekeeping',
    'OCTRIAGE_BACKUPS_KEPT',
    integer(0, 1000),
    '7',
    'So many backups of the ledger are kept; 0: none is made.',
  ),
  ...SILENCE_SETTINGS,
  ...AUDIT_SETTINGS,
  ...TRACE_SETTINGS,
  ...TIMER_SETTINGS,
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

/** The values of all settings, typed by their kinds, and what only the tables file has. */
export type Settings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never;
} & {
  readonly notifications: readonly NotificationTarget[];
  readonly profilesOfTables: readonly DeviceProfileEntry[];
};
