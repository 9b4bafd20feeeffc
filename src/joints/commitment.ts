import type { Archive } from '../archive/archive.js';
import { isAeDestination, type AeAddress } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { timersOf } from '../config/timers.js';
import { CommitmentRunner } from '../delivery/commitment-runner.js';
import { ReportRunner } from '../delivery/report-runner.js';
import { DEFAULT_BACK_OFF } from '../delivery/retry-table.js';
import {
  reportCommitment,
  requestCommitment,
  type CommitmentSink,
  type ReportingAssociation,
} from '../dimse/commitment.js';
import { DimseError } from '../dimse/errors.js';
import { failed, type SendOutcome } from '../dimse/outcome.js';
import type { Peer } from '../dimse/sender.js';
import { STATUSES, formatStatus } from '../dimse/status.js';
import type { LiveSettings } from './live-settings.js';
import { errorFields, log, type LogFields } from '../operations/log.js';

/** Storage commitment of the node, in both roles. */
export interface Commitment {
  /** For the listener. */
  readonly sink: CommitmentSink;
  /** Begins with what the ledger has as due. */
  start(): void;
  /** Something was delivered: its commitment may be wanted. */
  notify(): void;
  stop(): Promise<void>;
}

/** @param onRequested told when a caller has asked for commitment: it believes to have sent what it asks for. */
export function commitmentOf(
  settings: Settings,
  live: LiveSettings,
  { commitmentRequests, commitmentInquiries }: Archive,
  onRequested: () => void,
): Commitment {
  const timers = timersOf(settings);
  const backOff = {
    ...DEFAULT_BACK_OFF,
    initialMs: settings.retryInitial,
    maxMs: settings.retryMaximum,
  };
  /** Who asked and may still hold the association, by AE title and Transaction UID. A restart loses nothing by it. */
  const holders = new Map<string, ReportingAssociation>();
  const keyOf = (callingAeTitle: string, transactionUid: string): string =>
    `${callingAeTitle} ${transactionUid}`;

  const peer = ({ host, port, aeTitle, tls, serverName }: AeAddress, us: string): Peer => ({
    host,
    port,
    calledAeTitle: aeTitle,
    callingAeTitle: us,
    ...(tls && { tls: { credentials: live.current.credentials, serverName } }),
  });

  const reports = new ReportRunner({
    reports: commitmentRequests,
    backOff,
    async send({ callingAeTitle, calledAeTitle, transactionUid }, report) {
      const key = keyOf(callingAeTitle, transactionUid);
      const holder = holders.get(key);
      const { aeAddresses, destinations } = live.current;
      const address = [...aeAddresses, ...destinations.filter(isAeDestination)].find(
        ({ aeTitle }) => aeTitle === callingAeTitle,
      );
      let outcome: SendOutcome;
      // Half of the delay, since it began before our response was out.
      if (holder?.isQuiet(settings.commitmentReportDelay / 2)) {
        holders.delete(key);
        outcome = await holder.report(report);
      } else if (address) {
        outcome = await reportCommitment(peer(address, calledAeTitle), report, { timers });
      } else {
        const why = 'no entry of OCTRIAGE_AE_ADDRESSES says where the caller listens';
        outcome = failed(new DimseError('OCT_DIMSE_OPTION', why));
      }
      const fields = { callingAeTitle, transactionUid };
      if (outcome.kind === 'answered') {
        const level = outcome.category === 'success' ? 'info' : 'warn';
        const detail = `${report.committed.length} committed, ${report.failed.length} not`;
        const status = formatStatus(outcome.status);
        log(level, 'storage commitment reported', { ...fields, detail, status });
      } else {
        logFailure('report of storage commitment not given', fields, outcome);
      }
      return outcome;
    },
    onError(error, callingAeTitle) {
      log('error', 'report of storage commitment failed on our side', {
        ...(callingAeTitle !== undefined && { callingAeTitle }),
        ...errorFields(error),
      });
    },
  });

  const sink: CommitmentSink = {
    async requested(request, caller, association) {
      const dueAt = Date.now() + settings.commitmentReportDelay;
      const taken = await commitmentRequests.take(request, caller, dueAt);
      const { callingAeTitle, associationId } = caller;
      const { transactionUid, instances } = request;
      const fields = { callingAeTitle, associationId, transactionUid, count: instances.length };
      if (taken === 'conflict') {
        log('warn', 'storage commitment refused: Transaction UID is in use', fields);
        return { status: STATUSES.invalidArgumentValue.code, comment: 'Transaction UID is in use' };
      }
      for (const [key, one] of holders) if (!one.isOpen()) holders.delete(key);
      holders.set(keyOf(callingAeTitle, transactionUid), association);
      log('info', 'storage commitment requested', fields);
      reports.notify();
      onRequested();
      return undefined;
    },
    async reported(report) {
      const { transactionUid, committed, failed: notCommitted } = report;
      const known = await commitmentInquiries.report(report);
      if (known === undefined) {
        log('warn', 'report of storage commitment to nothing that we asked', { transactionUid });
        return { status: STATUSES.invalidArgumentValue.code, comment: 'Unknown Transaction UID' };
      }
      log(notCommitted.length > 0 ? 'error' : 'info', 'destination reported storage commitment', {
        transactionUid,
        destination: known.destination,
        detail: `${committed.length} committed, ${notCommitted.length} not, ${known.changed} new`,
      });
      return undefined;
    },
  };

  const inquiries = new CommitmentRunner({
    inquiries: commitmentInquiries,
    backOff,
    reportTimeout: settings.commitmentTimeout,
    async ask(name, request) {
      const destination = live.current.destinations
        .filter(isAeDestination)
        .find((one) => one.name === name);
      if (destination?.commitment === undefined) {
        const why = `${name} is no destination any more that is asked for storage commitment`;
        return failed(new DimseError('OCT_DIMSE_OPTION', why));
      }
      const hold = destination.commitment === 'same-association' ? settings.commitmentHold : 0;
      const outcome = await requestCommitment(peer(destination, settings.aeTitle), request, {
        timers,
        hold,
        reported: (report) => sink.reported(report),
      });
      const { transactionUid, instances } = request;
      const fields = { destination: name, transactionUid, count: instances.length };
      if (outcome.kind === 'answered') {
        const level = outcome.category === 'success' ? 'info' : 'warn';
        log(level, 'destination asked for storage commitment', {
          ...fields,
          status: formatStatus(outcome.status),
        });
      } else {
        logFailure('destination could not be asked for storage commitment', fields, outcome);
      }
      return outcome;
    },
    onGivenUp(destination, sopInstanceUids) {
      for (const sopInstanceUid of sopInstanceUids) {
        log('error', 'no report of storage commitment came', { destination, sopInstanceUid });
      }
    },
    onError(error, destination) {
      log('error', 'storage commitment failed on our side', {
        ...(destination !== undefined && { destination }),
        ...errorFields(error),
      });
    },
  });

  return {
    sink,
    start() {
      reports.notify();
      inquiries.notify();
    },
    notify() {
      inquiries.notify();
    },
    async stop() {
      await Promise.all([reports.stop(), inquiries.stop()]);
    },
  };
}

function logFailure(
  message: string,
  fields: LogFields,
  { code, reason }: SendOutcome & { readonly kind: 'failed' },
): void {
  log('warn', message, { ...fields, code, reason });
}
