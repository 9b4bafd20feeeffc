import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../config/settings-manifest.js';
import { AUDIT_OUTCOMES, AUDIT_TYPES } from '../operations/audit/codes.js';
import * as events from '../operations/audit/events.js';
import { auditFrame, type AuditContent } from '../operations/audit/frame.js';
import { leaveFrame } from '../operations/audit/left-frames.js';
import { MIB } from '../values/units.js';

const { success, minorFailure } = AUDIT_OUTCOMES;

/** What somebody may do that is told of, here and by the console: the kind of the event, and its sentence. */
export const AUDITED_USES = {
  configures: {
    type: AUDIT_TYPES.networkConfiguration,
    description: 'callers, destinations, addresses, notifications or settings were changed',
  },
  'chooses-models': {
    type: AUDIT_TYPES.softwareConfiguration,
    description: 'the set of networks that reads, or watches, was chosen',
  },
  operates: {
    type: AUDIT_TYPES.useOfRestrictedFunction,
    description: 'an operator changed what is held, read, sent, kept or commissioned',
  },
} as const;
export type AuditedUse = keyof typeof AUDITED_USES;

type AuditSettings = Pick<
  Settings,
  'auditReceiver' | 'auditSpool' | 'auditPatients' | 'aeTitle' | 'dataDir'
>;

/** Where commands leave their messages, beside the spool of the node. */
export function leftFramesFolder({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'audit-commands');
}

/**
 * The audit trail of commands (PS3.15 A.5), in the name of who is logged in on the operating system. They are left for
 * the node, which sends them with its own. Methods return false where there is no room.
 * @throws the file system's errors
 */
export class CommandAudit {
  readonly #us: events.Party;
  readonly #who: events.Party;

  /** Undefined where no receiver is set: then nothing is made. */
  static of(settings: AuditSettings, login: string): CommandAudit | undefined {
    return settings.auditReceiver && new CommandAudit(settings, login);
  }

  private constructor(
    private readonly settings: AuditSettings,
    login: string,
  ) {
    const address = hostname();
    this.#us = { userId: String(process.pid), aeTitles: [settings.aeTitle], address };
    this.#who = { userId: login, address };
  }

  /** A command that changes something was run; `done` where all that it was asked for happened. */
  used(command: string, use: AuditedUse, done: boolean): boolean {
    const { type, description } = AUDITED_USES[use];
    return this.#leave(
      events.securityAlert(this.#us, type, done ? success : minorFailure, {
        by: this.#who,
        node: command,
        description,
      }),
    );
  }

  /** Somebody looked at a scan, or took its objects. The Patient ID goes with it only where the site wants that. */
  accessed(studyInstanceUid: string, patientId: string | undefined): boolean {
    const named = this.settings.auditPatients === 'on' && patientId !== '' ? { patientId } : {};
    const study = { studyInstanceUid, sopClasses: [], ...named };
    return this.#leave(events.instancesAccessed(this.#who, this.#us, study));
  }

  #leave(content: AuditContent): boolean {
    const origin = { hostname: hostname(), processId: process.pid };
    const frame = auditFrame(content, this.settings.aeTitle, origin);
    return leaveFrame(leftFramesFolder(this.settings), frame, this.settings.auditSpool * MIB);
  }
}
