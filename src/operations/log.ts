import winston from 'winston';
import type { LogLevel } from '../config/setting-kinds.js';

/**
 * All that a log line may carry besides its message: no DICOM attribute but UIDs. `reason` and `detail` hold sentences
 * that this program made itself (error texts without attribute values), never what a peer sent.
 */
export interface LogFields {
  /** Of STOW-RS: the request's id. */
  readonly associationId?: string;
  readonly requestId?: string;
  readonly callingAeTitle?: string;
  readonly calledAeTitle?: string;
  readonly peerAddress?: string;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
  readonly sopClassUid?: string;
  readonly transferSyntaxUid?: string;
  readonly transactionUid?: string;
  readonly acquisitionId?: string;
  readonly workitemUid?: string;
  readonly destination?: string;
  readonly status?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly decision?: string;
  readonly executionProvider?: string;
  readonly modelSet?: string;
  readonly profile?: string;
  readonly address?: string;
  readonly port?: number;
  readonly count?: number;
  readonly invoked?: number;
  readonly answered?: number;
  readonly stored?: number;
  readonly attempts?: number;
  readonly milliseconds?: number;
  readonly bytes?: number;
  readonly processId?: number;
}

const ALLOWED: Readonly<Record<keyof LogFields, true>> = {
  associationId: true,
  requestId: true,
  callingAeTitle: true,
  calledAeTitle: true,
  peerAddress: true,
  studyInstanceUid: true,
  seriesInstanceUid: true,
  sopInstanceUid: true,
  sopClassUid: true,
  transferSyntaxUid: true,
  transactionUid: true,
  acquisitionId: true,
  workitemUid: true,
  destination: true,
  status: true,
  code: true,
  reason: true,
  detail: true,
  decision: true,
  executionProvider: true,
  modelSet: true,
  profile: true,
  address: true,
  port: true,
  count: true,
  invoked: true,
  answered: true,
  stored: true,
  attempts: true,
  milliseconds: true,
  bytes: true,
  processId: true,
};

/** The fields that may leave the process: others are dropped, whoever passed them. */
export function allowedFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => name in ALLOWED && value !== undefined),
  );
}

const logger = winston.createLogger({
  format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston types its own transports so
  transports: [new winston.transports.Console()],
});

/** For commands, whose standard output is what was asked for. */
export function logToStandardError(): void {
  const stderrLevels = Object.keys(logger.levels);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- as above
  logger.clear().add(new winston.transports.Console({ stderrLevels }));
}

export function setLogLevel(level: LogLevel): void {
  logger.level = level;
}

/** One JSON line on standard output. `message` is a constant text: what varies belongs into the fields. */
export function log(level: LogLevel, message: string, fields: LogFields = {}): void {
  logger.log({ ...allowedFields({ ...fields }), level, message });
}

/**
 * The words of an unknown error without what a library may have put into its text: our own errors carry a code and a
 * sentence of ours, those of the operating system a path or an address; of a foreign one only its name and code are safe.
 */
export function errorFields(error: unknown): Pick<LogFields, 'code' | 'reason'> {
  if (!(error instanceof Error)) return { reason: 'an error that is not an Error' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const ours = code.startsWith('OCT_') || 'syscall' in error;
  return { code, reason: ours ? error.message : error.name };
}
