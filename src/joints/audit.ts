import { hostname } from 'node:os';
import { join } from 'node:path';
import { studiesFrom, type StudyContent } from '../archive/activity.js';
import type { Archive } from '../archive/archive.js';
import { isAeDestination, type Destination } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import type { TlsCredentials } from '../config/tls-credentials.js';
import type { ClaimedDelivery, Send } from '../delivery/ports.js';
import { DELIVERED_STATUSES } from '../delivery/outcome-table.js';
import type { AssociationEvent } from '../dimse/association-event.js';
import { leftFramesFolder } from './audit-commands.js';
import { AUDIT_OUTCOMES, AUDIT_TYPES } from '../operations/audit/codes.js';
import { AuditCourier, type CourierEvent, type Receiver } from '../operations/audit/courier.js';
import * as events from '../operations/audit/events.js';
import { auditFrame, type AuditContent } from '../operations/audit/frame.js';
import { takeLeftFrames } from '../operations/audit/left-frames.js';
import { AuditSpool } from '../operations/audit/spool.js';
import { Background } from '../operations/background.js';
import { errorFields, log } from '../operations/log.js';
import { MIB } from '../values/units.js';

/** So often it is looked for what commands left, in ms. */
const TAKE_EVERY = 1_000;

/** The audit trail of the node (PS3.15 A.5): what happened, as messages to the spool, and from there to the receiver. */
export class NodeAudit {
  readonly us: events.Party;
  readonly #spool: AuditSpool;
  readonly #courier: AuditCourier;
  #taking: NodeJS.Timeout | undefined;
  readonly #opened = new Map<string, number>();
  readonly #origin = { hostname: hostname(), processId: process.pid };
  readonly #background = new Background('audit message not made');
  #droppedInAll = 0;

  /** Undefined where no receiver is set: then nothing is made. */
  static of(settings: Settings, archive: Archive, credentials: () => TlsCredentials) {
    const { auditReceiver } = settings;
    return auditReceiver && new NodeAudit(settings, archive, auditReceiver, credentials);
  }

  private constructor(
    private readonly settings: Settings,
    private readonly archive: Archive,
    receiver: Pick<Receiver, 'host' | 'port'>,
    credentials: () => TlsCredentials,
  ) {
    this.us = { userId: String(process.pid), aeTitles: [settings.aeTitle], address: hostname() };
    const bytes = settings.auditSpool * MIB;
    this.#spool = new AuditSpool(join(settings.dataDir, 'audit'), bytes);
    this.#courier = new AuditCourier(
      this.#spool,
      () => {
        const { ca, identity } = credentials();
        return { ...receiver, ca, certificate: identity?.certificate, key: identity?.key };
      },
      logCourier,
    );
  }

  get state(): { readonly bytes: number; readonly dropped: number } {
    return { bytes: this.#spool.bytes, dropped: this.#droppedInAll };
  }

  start(): void {
    this.#courier.start();
    this.put(events.applicationActivity(this.us, 'start'));
    this.#takeLeft();
    this.#taking = setInterval(() => {
      this.#takeLeft();
    }, TAKE_EVERY);
    this.#taking.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#taking);
    await this.#background.settled();
    this.#takeLeft();
    this.put(events.applicationActivity(this.us, 'stop'));
    await this.#courier.stop();
  }

  put(content: AuditContent): void {
    this.#tellDropped();
    this.#add(content);
  }

  /** For what must be looked up first; what fails is logged, and keeps nothing waiting. */
  later(work: () => Promise<void>): void {
    this.#background.later(work);
  }

  /** Adds the Patient ID where the site wants it in its audit trail. */
  async studies(studies: readonly StudyContent[]): Promise<readonly events.AuditedStudy[]> {
    if (this.settings.auditPatients === 'off') return studies;
    return Promise.all(
      studies.map(async (study) => ({ ...study, patientId: await this.#patientOf(study) })),
    );
  }

  /** What happens on the listener (R38: success, failure and rejection). */
  observe(event: AssociationEvent): void {
    const { associationId, peerAddress } = event;
    switch (event.type) {
      case 'requested':
        break;
      case 'accepted':
        this.#opened.set(associationId, Date.now());
        break;
      case 'notDicom':
        this.#refused(peerAddress, `no DICOM but ${event.looksLike}`);
        break;
      case 'notSecured':
        this.#refused(peerAddress, `no TLS connection: ${event.why}`);
        break;
      case 'rejected':
        this.#refused(peerAddress, `association rejected: ${event.why}`, event.callingAeTitle);
        break;
      default:
        this.received(event, event.counts);
    }
  }

  /** An association, or a STOW-RS request, that may have brought objects has ended. */
  received(
    from: { associationId: string; peerAddress: string; callingAeTitle: string },
    counts: { readonly invoked: number; readonly stored: number },
  ): void {
    const { associationId, peerAddress, callingAeTitle } = from;
    const since = this.#opened.get(associationId);
    this.#opened.delete(associationId);
    if (since === undefined || counts.invoked === 0) return;
    const source = { userId: callingAeTitle, aeTitles: [callingAeTitle], address: peerAddress };
    const transfer = { source, destination: this.us, requestor: 'source' as const };
    this.later(async () => {
      const found = await this.archive.activity.studiesOf(callingAeTitle, since, associationId);
      if (counts.stored > 0) {
        const studies = await this.studies(found);
        this.put(events.instancesTransferred({ ...transfer, studies }, true));
      }
      // What was not stored has no row: of which study it was is not known.
      if (counts.stored < counts.invoked)
        this.put(events.instancesTransferred({ ...transfer, studies: [] }, false));
    });
  }

  /** Results go to a destination: the same `send`, with what comes of it in the audit trail. */
  delivering(send: Send<Destination>): Send<Destination> {
    return async (destination, instances) => {
      const transfer = {
        source: this.us,
        destination: partyOf(destination),
        requestor: 'source' as const,
      };
      const tell = (objects: readonly ClaimedDelivery[], done?: boolean): void => {
        if (objects.length === 0) return;
        this.later(async () => {
          const studies = await this.studies(studiesFrom(objects));
          this.put(
            done === undefined
              ? events.beginTransferring({ ...transfer, studies })
              : events.instancesTransferred({ ...transfer, studies }, done),
          );
        });
      };
      tell(instances);
      const outcomes = await send(destination, instances);
      const wentWell = (_: unknown, index: number): boolean => {
        const outcome = outcomes[index];
        return outcome?.kind === 'answered' && DELIVERED_STATUSES.has(outcome.status);
      };
      tell(instances.filter(wentWell), true);
      tell(
        instances.filter((one, index) => !wentWell(one, index)),
        false,
      );
      return outcomes;
    };
  }

  #refused(peerAddress: string, description: string, callingAeTitle?: string): void {
    const by = { userId: callingAeTitle ?? peerAddress, address: peerAddress };
    this.put(
      events.securityAlert(this.us, AUDIT_TYPES.nodeAuthentication, AUDIT_OUTCOMES.minorFailure, {
        by,
        node: this.settings.aeTitle,
        description,
      }),
    );
  }

  /** Room again: the trail itself says what is missing in it. */
  #tellDropped(): void {
    const count = this.#spool.dropped;
    if (count === 0) return;
    const description = `${count} audit messages were dropped: the spool was full`;
    const alert = events.securityAlert(this.us, AUDIT_TYPES.auditRecordingStopped, 8, {
      node: this.settings.aeTitle,
      description,
    });
    if (this.#add(alert)) {
      this.#spool.takeDropped();
      log('warn', 'the audit spool has room again', { count });
    }
  }

  /** What commands left beside this node becomes part of its trail. */
  #takeLeft(): void {
    try {
      for (const path of takeLeftFrames(leftFramesFolder(this.settings), this.#spool))
        logCourier({ type: 'aside', path });
    } catch (error) {
      log('error', 'audit messages of commands not taken over', errorFields(error));
    }
  }

  #add(content: AuditContent): boolean {
    const frame = auditFrame(content, this.settings.aeTitle, this.#origin);
    try {
      if (this.#spool.add(frame)) return true;
      this.#droppedInAll += 1;
      if (this.#spool.dropped === 1)
        log('error', 'ALARM: the audit spool is full: messages are dropped');
    } catch (error) {
      log('error', 'audit message not kept', errorFields(error));
    }
    return false;
  }

  async #patientOf({ studyInstanceUid: value }: StudyContent): Promise<string | undefined> {
    const [match] = await this.archive.studySearch.find({
      level: 'study',
      limit: 1,
      offset: 0,
      keys: [{ level: 'study', tag: '0020000D', vr: 'UI', value }],
    });
    const id = match?.attributes.study?.['00100020']?.Value?.[0];
    return typeof id === 'string' ? id : undefined;
  }
}

function partyOf(destination: Destination): events.Party {
  return isAeDestination(destination)
    ? {
        userId: destination.aeTitle,
        aeTitles: [destination.aeTitle],
        address: destination.host,
      }
    : { userId: destination.name, address: new URL(destination.url).hostname };
}

function logCourier(event: CourierEvent): void {
  switch (event.type) {
    case 'unreachable':
      log('error', 'the audit receiver does not take messages: they wait in the spool', {
        ...errorFields(event.error),
      });
      break;
    case 'again':
      log('info', 'the audit receiver takes messages again');
      break;
    case 'aside':
      log('error', 'audit messages that cannot be sent are set aside', {
        detail: event.path,
      });
  }
}
