import {
  AUDIT_EVENTS,
  AUDIT_ID_TYPES,
  AUDIT_OUTCOMES,
  AUDIT_ROLES,
  AUDIT_TYPES,
  type AuditCode,
  type AuditOutcome,
} from './codes.js';
import type { AuditContent } from './frame.js';
import type { AuditedObject, Participant } from './message.js';

/** A process or somebody at the other end. */
export interface Party {
  readonly userId: string;
  readonly aeTitles?: readonly string[];
  readonly address?: string;
}

/** A study of which objects were moved or looked at. */
export interface AuditedStudy {
  readonly studyInstanceUid: string;
  readonly sopClasses: readonly { readonly uid: string; readonly instances: number }[];
  /** Only where the site wants it in its audit trail. */
  readonly patientId?: string | undefined;
}

const { success, seriousFailure } = AUDIT_OUTCOMES;

/** The node has started or stops (A.5.3.1). */
export function applicationActivity(us: Party, what: 'start' | 'stop'): AuditContent {
  return {
    event: AUDIT_EVENTS.applicationActivity,
    type: AUDIT_TYPES[what],
    action: 'E',
    outcome: success,
    participants: [{ ...us, isRequestor: false, role: AUDIT_ROLES.application }],
    objects: [],
  };
}

export interface Transfer {
  readonly source: Party;
  readonly destination: Party;
  /** Who began it: the other only answers. */
  readonly requestor: 'source' | 'destination';
  readonly studies: readonly AuditedStudy[];
}

/** We begin to send (A.5.3.3). */
export function beginTransferring(transfer: Transfer): AuditContent {
  return {
    event: AUDIT_EVENTS.beginTransferring,
    action: 'E',
    outcome: success,
    participants: endsOf(transfer),
    objects: transfer.studies.flatMap(objectsOfStudy),
  };
}

/** Objects came, went, or did not (A.5.3.7). What went well and what did not are two messages (A.5.2). */
export function instancesTransferred(transfer: Transfer, done: boolean): AuditContent {
  return {
    event: AUDIT_EVENTS.instancesTransferred,
    action: 'C',
    outcome: done ? success : seriousFailure,
    participants: endsOf(transfer),
    objects: transfer.studies.flatMap(objectsOfStudy),
  };
}

/** Somebody looked at a scan (A.5.3.6). */
export function instancesAccessed(who: Party, us: Party, study: AuditedStudy): AuditContent {
  return {
    event: AUDIT_EVENTS.instancesAccessed,
    action: 'R',
    outcome: success,
    participants: [
      { ...who, isRequestor: true },
      { ...us, isRequestor: false },
    ],
    objects: objectsOfStudy(study),
  };
}

/** Somebody searched (A.5.3.10). `query` holds what was asked, where the site wants that in its audit trail. */
export function query(
  who: Party,
  us: Party,
  outcome: AuditOutcome,
  { sopClassUid, asked }: { readonly sopClassUid: string; readonly asked: string },
): AuditContent {
  return {
    event: AUDIT_EVENTS.query,
    action: 'E',
    outcome,
    participants: [
      { ...who, isRequestor: true, role: AUDIT_ROLES.source },
      { ...us, isRequestor: false, role: AUDIT_ROLES.destination },
    ],
    objects: [
      {
        idType: AUDIT_ID_TYPES.sopClass,
        id: sopClassUid,
        type: 2,
        role: 3,
        query: Buffer.from(asked),
      },
    ],
  };
}

/** Something that an administrator of security should see (A.5.3.11). */
export function securityAlert(
  us: Party,
  type: AuditCode,
  outcome: AuditOutcome,
  { by, node, description }: { by?: Party; node: string; description: string },
): AuditContent {
  return {
    event: AUDIT_EVENTS.securityAlert,
    type,
    action: 'E',
    outcome,
    participants: [{ ...us, isRequestor: false }, ...(by ? [{ ...by, isRequestor: true }] : [])],
    objects: [
      {
        idType: AUDIT_ID_TYPES.node,
        id: node,
        type: 2,
        role: 13,
        details: { 'Alert Description': description },
      },
    ],
  };
}

/** Somebody logged in, failed to, or logged out (A.5.3.12). */
export function userAuthentication(
  who: Party,
  us: Party,
  type: 'login' | 'logout',
  outcome: AuditOutcome,
): AuditContent {
  return {
    event: AUDIT_EVENTS.userAuthentication,
    type: AUDIT_TYPES[type],
    action: 'E',
    outcome,
    participants: [
      { ...who, isRequestor: true },
      { ...us, isRequestor: false },
    ],
    objects: [],
  };
}

function endsOf({ source, destination, requestor }: Transfer): Participant[] {
  return [
    { ...source, isRequestor: requestor === 'source', role: AUDIT_ROLES.source },
    { ...destination, isRequestor: requestor === 'destination', role: AUDIT_ROLES.destination },
  ];
}

function objectsOfStudy({ studyInstanceUid, sopClasses, patientId }: AuditedStudy) {
  const study: AuditedObject = {
    idType: AUDIT_ID_TYPES.study,
    id: studyInstanceUid,
    type: 2,
    role: 3,
    sopClasses,
  };
  const patient: AuditedObject[] =
    patientId === undefined
      ? []
      : [{ idType: AUDIT_ID_TYPES.patient, id: patientId, type: 1, role: 1 }];
  return [study, ...patient];
}
