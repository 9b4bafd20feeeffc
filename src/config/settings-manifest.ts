import { DEFAULT_RESULT_KINDS, RESULT_KIND_NAMES } from '../values/result-kinds.js';
import {
  aeTitle,
  aeTitles,
  callers,
  clientCertificate,
  destinations,
  executionProviders,
  integer,
  logLevel,
  onOrOff,
  optionalText,
  origins,
  optionalPath,
  port,
  text,
  users,
  type SettingKind,
} from './setting-kinds.js';

/** One setting: everything that validation, `.env.example` and the documentation say of it. */
export interface Setting<T> {
  /** The environment variable. */
  readonly variable: `OCTRIAGE_${string}`;
  readonly kind: SettingKind<T>;
  /** As it would stand in the environment. */
  readonly default: string;
  readonly unit?: string;
  readonly group: SettingGroup;
  readonly help: string;
}

export type SettingGroup =
  'Node' | 'Network' | 'TLS' | 'HTTP' | 'Assembly' | 'Inference' | 'Delivery' | 'Timers';

function setting<T>(
  group: SettingGroup,
  variable: Setting<T>['variable'],
  kind: SettingKind<T>,
  defaultText: string,
  help: string,
  unit?: string,
): Setting<T> {
  return { group, variable, kind, default: defaultText, help, ...(unit !== undefined && { unit }) };
}

const milliseconds = integer(10, 86_400_000);

/**
 * Every setting there is. Validation, `.env.example`, `docs/reference/settings.md` and `octriage check` are made from
 * this table. All of them are read at start; only tables and TLS files also while the node runs.
 */
export const SETTINGS = {
  dataDir: setting(
    'Node',
    'OCTRIAGE_DATA_DIR',
    text,
    './data',
    'Folder that holds everything: received objects, results and the ledger. Put it on a disk that syncs.',
  ),
  tables: setting(
    'Node',
    'OCTRIAGE_TABLES',
    optionalPath,
    '',
    'JSON file with the tables "callers" and "destinations", added to those of the environment.',
  ),
  logLevel: setting('Node', 'OCTRIAGE_LOG_LEVEL', logLevel, 'info', 'How much is logged.'),
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
  httpBind: setting(
    'HTTP',
    'OCTRIAGE_HTTP_BIND',
    text,
    '127.0.0.1',
    'Address to listen on for HTTP. Beyond this machine only /healthz and /readyz are answered until users or an issuer of tokens are given.',
  ),
  httpPort: setting(
    'HTTP',
    'OCTRIAGE_HTTP_PORT',
    port,
    '8080',
    'TCP port for HTTP; 0 takes any free one and logs it.',
  ),
  httpTls: setting(
    'HTTP',
    'OCTRIAGE_HTTP_TLS',
    onOrOff,
    'off',
    'HTTPS with the certificate of OCTRIAGE_TLS_CERTIFICATE in place of plain HTTP.',
  ),
  users: setting(
    'HTTP',
    'OCTRIAGE_USERS',
    users,
    '',
    'Who may use the HTTP side by name and password, as `octriage password` prints it. Roles: viewer, operator, administrator, machine.',
  ),
  oidcIssuer: setting(
    'HTTP',
    'OCTRIAGE_OIDC_ISSUER',
    optionalText,
    '',
    'Address of the OpenID Connect issuer whose bearer tokens are taken.',
  ),
  oidcAudience: setting(
    'HTTP',
    'OCTRIAGE_OIDC_AUDIENCE',
    text,
    'octriage',
    'The audience that tokens must name.',
  ),
  oidcRoleClaim: setting(
    'HTTP',
    'OCTRIAGE_OIDC_ROLE_CLAIM',
    text,
    'roles',
    'The claim of a token that lists roles, as `operator` or `octriage:operator`.',
  ),
  httpOrigins: setting(
    'HTTP',
    'OCTRIAGE_HTTP_ORIGINS',
    origins,
    '',
    'Web viewers that may read DICOMweb from a browser (CORS), e.g. https://viewer.example.org.',
  ),
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
    'Folder of the model set (manifest.json and the networks); empty: the one that comes with OCTriage.',
  ),
  deviceProfiles: setting(
    'Inference',
    'OCTRIAGE_DEVICE_PROFILES',
    optionalPath,
    '',
    'JSON file, or folder of them, with device profiles of this site: added, or in place of the one with the same id. `"basedOn"` names the profile to start from.',
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
  inferenceThreads: setting(
    'Inference',
    'OCTRIAGE_INFERENCE_THREADS',
    integer(1, 256),
    '1',
    'Threads that one worker gives to a network.',
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
    `Where results are sent, e.g. PACS=ORTHANC@10.1.2.3:4242. Without one, results stay in the archive. A destination gets ${DEFAULT_RESULT_KINDS.join(' and ')}, or what it names: PACS=ORTHANC@10.1.2.3:4242?objects=label-map+report; the kinds are ${RESULT_KIND_NAMES.join(', ')}.`,
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
  tlsHandshakeTimeout: setting(
    'Timers',
    'OCTRIAGE_TLS_HANDSHAKE_TIMEOUT_MS',
    milliseconds,
    '5000',
    'A TLS handshake must be over within this time, in either role.',
    'ms',
  ),
  artimTimeout: setting(
    'Timers',
    'OCTRIAGE_ARTIM_TIMEOUT_MS',
    milliseconds,
    '5000',
    'ARTIM (PS3.8 9.1.5): a connection must bring an A-ASSOCIATE-RQ, and close after a release, within this time.',
    'ms',
  ),
  associationRequestTimeout: setting(
    'Timers',
    'OCTRIAGE_ASSOCIATION_REQUEST_TIMEOUT_MS',
    milliseconds,
    '10000',
    'As requestor: connect and get the answer to A-ASSOCIATE-RQ.',
    'ms',
  ),
  responseTimeout: setting(
    'Timers',
    'OCTRIAGE_RESPONSE_TIMEOUT_MS',
    milliseconds,
    '300000',
    'As requestor: get the response to a DIMSE request.',
    'ms',
  ),
  idleTimeout: setting(
    'Timers',
    'OCTRIAGE_IDLE_TIMEOUT_MS',
    milliseconds,
    '300000',
    'An association on which nothing is sent or received for so long is aborted.',
    'ms',
  ),
  sendProgressTimeout: setting(
    'Timers',
    'OCTRIAGE_SEND_PROGRESS_TIMEOUT_MS',
    milliseconds,
    '30000',
    'A peer that takes nothing of what we send for so long is dropped.',
    'ms',
  ),
  releaseTimeout: setting(
    'Timers',
    'OCTRIAGE_RELEASE_TIMEOUT_MS',
    milliseconds,
    '5000',
    'As requestor: get the answer to A-RELEASE-RQ.',
    'ms',
  ),
  abortTimeout: setting(
    'Timers',
    'OCTRIAGE_ABORT_TIMEOUT_MS',
    milliseconds,
    '5000',
    'After an A-ABORT the connection is destroyed if the peer has not closed it.',
    'ms',
  ),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

/** The values of all settings, typed by their kinds. */
export type Settings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never;
};
