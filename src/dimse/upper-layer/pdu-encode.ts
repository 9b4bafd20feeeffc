import { AE_TITLE_LENGTH, isAeTitle } from '../../dicom/ae-title.js';
import {
  CONTEXT_RESULTS,
  ITEM_TYPES,
  PDU_HEADER_LENGTH,
  PDU_TYPES,
  PDV_HEADER_LENGTH,
} from './pdu.js';
import type {
  AnsweredContext,
  AssociateAc,
  AssociateRq,
  ControlPdu,
  PDataTf,
  Pdu,
  PduName,
  PresentationDataValue,
  ProposedContext,
  UserInformation,
} from './pdu.js';

/**
 * The bytes of a PDU (PS3.8 §9.3).
 * @throws RangeError where a value does not fit its field: an AE title that is not 1 to 16 printable characters, an
 * item longer than 65,535 bytes.
 */
export function encodePdu(pdu: Pdu): Buffer {
  return framed(pdu.type, body(pdu));
}

/** One P-DATA-TF header and one PDV header, written in front of `payloadLength` bytes that lie at `offset` + 12. */
export function writePDataHeader(
  target: Buffer,
  offset: number,
  value: Omit<PresentationDataValue, 'payload'>,
  payloadLength: number,
): void {
  target[offset] = PDU_TYPES['P-DATA-TF'];
  target[offset + 1] = 0;
  target.writeUInt32BE(PDV_HEADER_LENGTH + payloadLength, offset + 2);
  target.writeUInt32BE(2 + payloadLength, offset + PDU_HEADER_LENGTH);
  target[offset + PDU_HEADER_LENGTH + 4] = value.contextId;
  target[offset + PDU_HEADER_LENGTH + 5] = controlHeader(value);
}

/** Message Control Header (PS3.8 E.2): bit 0 command, bit 1 last fragment. */
function controlHeader(value: Omit<PresentationDataValue, 'payload'>): number {
  return (value.isCommand ? 1 : 0) | (value.isLast ? 2 : 0);
}

function framed(type: PduName, content: Buffer): Buffer {
  const header = Buffer.alloc(PDU_HEADER_LENGTH);
  header[0] = PDU_TYPES[type];
  header.writeUInt32BE(content.length, 2);
  return Buffer.concat([header, content]);
}

function body(pdu: ControlPdu | PDataTf): Buffer {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return associate(pdu, pdu.presentationContexts.map(proposedContext));
    case 'A-ASSOCIATE-AC':
      return associate(pdu, pdu.presentationContexts.map(answeredContext));
    case 'A-ASSOCIATE-RJ':
      return Buffer.from([0, pdu.result, pdu.source, pdu.reason]);
    case 'P-DATA-TF':
      return Buffer.concat(pdu.values.map(dataValue));
    case 'A-RELEASE-RQ':
    case 'A-RELEASE-RP':
      return Buffer.alloc(4);
    case 'A-ABORT':
      return Buffer.from([0, 0, pdu.source, pdu.reason]);
  }
}

function dataValue(value: PresentationDataValue): Buffer {
  const header = Buffer.alloc(PDV_HEADER_LENGTH);
  header.writeUInt32BE(2 + value.payload.length, 0);
  header[4] = value.contextId;
  header[5] = controlHeader(value);
  return Buffer.concat([header, value.payload]);
}

function associate(pdu: AssociateRq | AssociateAc, contexts: readonly Buffer[]): Buffer {
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(pdu.protocolVersion, 0);
  // In an acceptance the titles are an echo that nobody tests, whatever bytes the peer chose.
  const padded = pdu.type === 'A-ASSOCIATE-RQ' ? paddedAeTitle : echoedAeTitle;
  fixed.write(padded(pdu.calledAeTitle), 4, 'latin1');
  fixed.write(padded(pdu.callingAeTitle), 20, 'latin1');
  return Buffer.concat([
    fixed,
    item(ITEM_TYPES.applicationContext, Buffer.from(pdu.applicationContextName, 'latin1')),
    ...contexts,
    userInformation(pdu.userInformation),
  ]);
}

/** dcmjs-dimse neither refuses nor cuts a long title, and every later field shifts (transport.md): we refuse. */
function paddedAeTitle(title: string): string {
  if (!isAeTitle(title)) {
    throw new RangeError('An AE title must be 1 to 16 printable ASCII characters, no backslash.');
  }
  return title.padEnd(AE_TITLE_LENGTH, ' ');
}

function echoedAeTitle(title: string): string {
  return title.slice(0, AE_TITLE_LENGTH).padEnd(AE_TITLE_LENGTH, ' ');
}

function item(type: number, content: Uint8Array): Buffer {
  if (content.length > 0xffff)
    throw new RangeError('A PDU item cannot be longer than 65,535 bytes.');
  const header = Buffer.alloc(4);
  header[0] = type;
  header.writeUInt16BE(content.length, 2);
  return Buffer.concat([header, content]);
}

function uidItem(type: number, uid: string): Buffer {
  return item(type, Buffer.from(uid, 'latin1'));
}

function proposedContext(context: ProposedContext): Buffer {
  return item(
    ITEM_TYPES.presentationContextRq,
    Buffer.concat([
      Buffer.from([context.id, 0, 0, 0]),
      uidItem(ITEM_TYPES.abstractSyntax, context.abstractSyntax),
      ...context.transferSyntaxes.map((uid) => uidItem(ITEM_TYPES.transferSyntax, uid)),
    ]),
  );
}

function answeredContext(context: AnsweredContext): Buffer {
  return item(
    ITEM_TYPES.presentationContextAc,
    Buffer.concat([
      Buffer.from([context.id, 0, CONTEXT_RESULTS[context.result], 0]),
      uidItem(ITEM_TYPES.transferSyntax, context.transferSyntax),
    ]),
  );
}

function userInformation(info: UserInformation): Buffer {
  const maximumLength = Buffer.alloc(4);
  maximumLength.writeUInt32BE(info.maxPduLength, 0);
  const items = [
    item(ITEM_TYPES.maximumLength, maximumLength),
    uidItem(ITEM_TYPES.implementationClassUid, info.implementationClassUid),
  ];
  if (info.asynchronousOperations) {
    const window = Buffer.alloc(4);
    window.writeUInt16BE(info.asynchronousOperations.invoked, 0);
    window.writeUInt16BE(info.asynchronousOperations.performed, 2);
    items.push(item(ITEM_TYPES.asynchronousOperationsWindow, window));
  }
  for (const role of info.roleSelections) {
    const flags = Buffer.from([role.scu ? 1 : 0, role.scp ? 1 : 0]);
    items.push(
      item(ITEM_TYPES.roleSelection, Buffer.concat([lengthAndUid(role.sopClassUid), flags])),
    );
  }
  if (info.implementationVersionName !== undefined) {
    items.push(uidItem(ITEM_TYPES.implementationVersionName, info.implementationVersionName));
  }
  for (const extended of info.extendedNegotiations) {
    const content = Buffer.concat([lengthAndUid(extended.sopClassUid), extended.information]);
    items.push(item(ITEM_TYPES.sopClassExtendedNegotiation, content));
  }
  for (const common of info.commonExtendedNegotiations ?? []) {
    const related = Buffer.concat(common.relatedGeneralSopClassUids.map(lengthAndUid));
    const relatedLength = Buffer.alloc(2);
    relatedLength.writeUInt16BE(related.length, 0);
    const content = Buffer.concat([
      lengthAndUid(common.sopClassUid),
      lengthAndUid(common.serviceClassUid),
      relatedLength,
      related,
    ]);
    // The second byte, reserved elsewhere, is the version of this item: 0.
    items.push(item(ITEM_TYPES.sopClassCommonExtendedNegotiation, content));
  }
  return item(ITEM_TYPES.userInformation, Buffer.concat(items));
}

function lengthAndUid(uid: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(uid.length, 0);
  return Buffer.concat([length, Buffer.from(uid, 'latin1')]);
}
