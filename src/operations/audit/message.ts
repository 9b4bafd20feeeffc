import { escaped } from '../../dicom/markup.js';
import type { AuditCode, AuditOutcome } from './codes.js';

/** A process or a person that took part (PS3.15 A.5.2). */
export interface Participant {
  /** A process ID or AE title, or the name of a user. */
  readonly userId: string;
  readonly aeTitles?: readonly string[];
  /** IP address or host name. */
  readonly address?: string;
  readonly isRequestor: boolean;
  readonly role?: AuditCode;
}

/** What it was about. */
export interface AuditedObject {
  readonly idType: AuditCode;
  readonly id: string;
  /** 1: person, 2: system object. */
  readonly type: 1 | 2;
  /** 1: patient, 3: report, 13: security resource (A.5.1.2.2). */
  readonly role?: 1 | 3 | 13;
  /** Of a query: what was asked, byte for byte. */
  readonly query?: Uint8Array;
  /** Named values; they are written as base64. */
  readonly details?: Readonly<Record<string, string>>;
  readonly sopClasses?: readonly { readonly uid: string; readonly instances: number }[];
}

/** One audit message (PS3.15 A.5.1). */
export interface AuditMessage {
  readonly event: AuditCode;
  readonly type?: AuditCode;
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  readonly outcome: AuditOutcome;
  readonly at: Date;
  readonly participants: readonly Participant[];
  readonly objects: readonly AuditedObject[];
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** The message as XML by the schema of PS3.15 A.5.1.1; `source` is the AuditSourceID. */
export function auditXml(message: AuditMessage, source: string): string {
  const { event, type, action, outcome, at, participants, objects } = message;
  const identification = element(
    'EventIdentification',
    {
      EventActionCode: action,
      EventDateTime: at.toISOString(),
      EventOutcomeIndicator: outcome,
    },
    [coded('EventID', event), ...(type ? [coded('EventTypeCode', type)] : [])],
  );
  // 4: an application server process.
  const sourceType = element('AuditSourceTypeCode', { 'csd-code': 4 });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element('AuditMessage', {}, [
      identification,
      ...participants.map(participantXml),
      element('AuditSourceIdentification', { AuditSourceID: source }, [sourceType]),
      ...objects.map(objectXml),
    ]),
  ].join('');
}

function participantXml({ userId, aeTitles, address, isRequestor, role }: Participant): string {
  return element(
    'ActiveParticipant',
    {
      UserID: userId,
      AlternativeUserID: aeTitles && `AETITLES=${aeTitles.join(';')}`,
      UserIsRequestor: isRequestor,
      NetworkAccessPointID: address,
      NetworkAccessPointTypeCode: address === undefined ? undefined : accessPointType(address),
    },
    role ? [coded('RoleIDCode', role)] : [],
  );
}

/** 2: an IP address, 1: a machine's name. */
function accessPointType(address: string): 1 | 2 {
  return /^[\d.]+$|:/.test(address) ? 2 : 1;
}

function objectXml(object: AuditedObject): string {
  const { idType, id, type, role, query, details = {}, sopClasses = [] } = object;
  const classes = sopClasses.map(({ uid, instances }) =>
    element('SOPClass', { UID: uid, NumberOfInstances: instances }),
  );
  return element(
    'ParticipantObjectIdentification',
    {
      ParticipantObjectID: id,
      ParticipantObjectTypeCode: type,
      ParticipantObjectTypeCodeRole: role,
    },
    [
      coded('ParticipantObjectIDTypeCode', idType),
      // The schema wants one of the two; a name would be the patient's.
      query === undefined
        ? element('ParticipantObjectName')
        : `<ParticipantObjectQuery>${base64(query)}</ParticipantObjectQuery>`,
      ...Object.entries(details).map(([name, value]) =>
        element('ParticipantObjectDetail', { type: name, value: base64(Buffer.from(value)) }),
      ),
      ...(classes.length > 0 ? [element('ParticipantObjectDescription', {}, classes)] : []),
    ],
  );
}

function coded(name: string, { code, system, meaning }: AuditCode): string {
  return element(name, { 'csd-code': code, codeSystemName: system, originalText: meaning });
}

function element(name: string, attributes: Attributes = {}, children: readonly string[] = []) {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${inAttribute(String(value))}"`)
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('')}</${name}>`;
}

/** What XML 1.0 cannot hold at all becomes a question mark: an AE title or a path may be anything. */
function inAttribute(text: string): string {
  return escaped(
    text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?'),
  ).replaceAll(/[\t\n\r]/g, (blank) => `&#${blank.charCodeAt(0)};`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
