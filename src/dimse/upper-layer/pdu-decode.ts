import { trimAeTitle } from '../../dicom/ae-title.js';
import { PduError } from './pdu-error.js';
import { CONTEXT_RESULTS, ITEM_TYPES, PDU_HEADER_LENGTH, PDU_TYPES } from './pdu.js';
import type {
  AnsweredContext,
  AssociateAc,
  AssociateRq,
  CommonExtendedNegotiation,
  ContextResult,
  ControlPdu,
  ExtendedNegotiation,
  Pdu,
  PduName,
  PresentationDataValue,
  ProposedContext,
  RoleSelection,
  UserInformation,
} from './pdu.js';

const NAMES: ReadonlyMap<number, PduName> = new Map(
  Object.entries(PDU_TYPES).map(([name, type]) => [type, name as PduName]),
);
const RESULTS: ReadonlyMap<number, ContextResult> = new Map(
  Object.entries(CONTEXT_RESULTS).map(([name, code]) => [code, name as ContextResult]),
);

const UID_MAX_LENGTH = 64;
/** Protocol version (2), reserved (2), AE titles (32), reserved (32). */
const ASSOCIATE_FIXED_LENGTH = 68;

export function pduName(type: number): PduName | undefined {
  return NAMES.get(type);
}

/**
 * Reads one whole PDU. The listener and the sender never do this with P-DATA-TF: `pdu-reader.ts` streams those.
 * @throws PduError
 */
export function decodePdu(bytes: Buffer): Pdu {
  if (bytes.length < PDU_HEADER_LENGTH) throw invalid('a PDU header needs six bytes');
  const name = pduName(bytes[0] ?? 0);
  if (!name) throw new PduError('unrecognizedPdu', `unrecognized PDU type ${bytes[0] ?? 0}`);
  const content = bytes.subarray(PDU_HEADER_LENGTH);
  if (bytes.readUInt32BE(2) !== content.length) throw invalid(`wrong length of ${name}`);
  return name === 'P-DATA-TF'
    ? { type: name, values: dataValues(content) }
    : decodeControlPdu(name, content);
}

/**
 * Reads the variable field of a PDU other than P-DATA-TF. Unknown items are skipped (PS3.8 §9.3.1), lengths are held
 * to the field they lie in.
 * @throws PduError
 */
export function decodeControlPdu(name: Exclude<PduName, 'P-DATA-TF'>, content: Buffer): ControlPdu {
  switch (name) {
    case 'A-ASSOCIATE-RQ':
      return associateRq(content);
    case 'A-ASSOCIATE-AC':
      return associateAc(content);
  }
  if (content.length !== 4) throw invalid(`${name} must be 4 bytes long, not ${content.length}`);
  const [, second = 0, third = 0, fourth = 0] = content;
  switch (name) {
    case 'A-ASSOCIATE-RJ':
      return { type: name, result: second, source: third, reason: fourth };
    case 'A-ABORT':
      return { type: name, source: third, reason: fourth };
    default:
      return { type: name };
  }
}

function invalid(what: string): PduError {
  return new PduError('invalidPduParameterValue', what);
}

interface Item {
  readonly type: number;
  readonly content: Buffer;
}

function* items(field: Buffer, within: string): Generator<Item> {
  let offset = 0;
  while (offset < field.length) {
    if (field.length - offset < 4) throw invalid(`truncated item in ${within}`);
    const type = field[offset] ?? 0;
    const end = offset + 4 + field.readUInt16BE(offset + 2);
    if (end > field.length) throw invalid(`item 0x${type.toString(16)} reaches beyond ${within}`);
    yield { type, content: field.subarray(offset + 4, end) };
    offset = end;
  }
}

/** Some senders pad UIDs with NUL as in a data set; PS3.8 Annex F has none. */
function uid(bytes: Buffer): string {
  const text = bytes.toString('latin1').replace(/[\0 ]+$/u, '');
  if (text.length > UID_MAX_LENGTH) throw invalid('a UID of more than 64 characters');
  return text;
}

function associateFields(content: Buffer, name: string) {
  if (content.length < ASSOCIATE_FIXED_LENGTH) throw invalid(`${name} is too short`);
  return {
    protocolVersion: content.readUInt16BE(0),
    calledAeTitle: trimAeTitle(content.toString('latin1', 4, 20)),
    callingAeTitle: trimAeTitle(content.toString('latin1', 20, 36)),
  };
}

/** `context` reads the presentation contexts, of which the request and the acceptance have their own form. */
function associateItems<Context extends { readonly id: number }>(
  content: Buffer,
  contextItemType: number,
  context: (field: Buffer) => Context,
) {
  let applicationContextName = '';
  const presentationContexts: Context[] = [];
  const seen = new Set<number>();
  let information: UserInformation | undefined;
  for (const { type, content: field } of items(
    content.subarray(ASSOCIATE_FIXED_LENGTH),
    'the PDU',
  )) {
    if (type === ITEM_TYPES.applicationContext) applicationContextName = uid(field);
    else if (type === ITEM_TYPES.userInformation) information = userInformation(field);
    else if (type === contextItemType) {
      if (field.length < 4) throw invalid('truncated presentation context');
      const read = context(field);
      if (read.id % 2 === 0) throw invalid(`presentation context id ${read.id} is even`);
      if (seen.has(read.id)) throw invalid(`presentation context id ${read.id} comes twice`);
      seen.add(read.id);
      presentationContexts.push(read);
    }
  }
  if (!information) throw invalid('no user information item');
  return { applicationContextName, presentationContexts, userInformation: information };
}

function associateRq(content: Buffer): AssociateRq {
  const fields = associateFields(content, 'A-ASSOCIATE-RQ');
  const rest = associateItems(content, ITEM_TYPES.presentationContextRq, proposedContext);
  if (rest.presentationContexts.length === 0) throw invalid('no presentation context proposed');
  return { type: 'A-ASSOCIATE-RQ', ...fields, ...rest };
}

function associateAc(content: Buffer): AssociateAc {
  const fields = associateFields(content, 'A-ASSOCIATE-AC');
  const rest = associateItems(content, ITEM_TYPES.presentationContextAc, answeredContext);
  return { type: 'A-ASSOCIATE-AC', ...fields, ...rest };
}

function proposedContext(field: Buffer): ProposedContext {
  let abstractSyntax = '';
  const transferSyntaxes: string[] = [];
  for (const { type, content } of items(field.subarray(4), 'a presentation context')) {
    if (type === ITEM_TYPES.abstractSyntax) abstractSyntax = uid(content);
    else if (type === ITEM_TYPES.transferSyntax) transferSyntaxes.push(uid(content));
  }
  return { id: field[0] ?? 0, abstractSyntax, transferSyntaxes };
}

function answeredContext(field: Buffer): AnsweredContext {
  const result = RESULTS.get(field[2] ?? 0);
  if (!result) throw invalid(`presentation context result ${field[2] ?? 0}`);
  let transferSyntax = '';
  for (const { type, content } of items(field.subarray(4), 'a presentation context')) {
    if (type === ITEM_TYPES.transferSyntax) transferSyntax = uid(content);
  }
  return { id: field[0] ?? 0, result, transferSyntax };
}

function userInformation(field: Buffer): UserInformation {
  // PS3.8 D.1: a sender that states no maximum length has no limit.
  let maxPduLength = 0;
  let implementationClassUid = '';
  let implementationVersionName: string | undefined;
  let asynchronousOperations: UserInformation['asynchronousOperations'];
  const roleSelections: RoleSelection[] = [];
  const extendedNegotiations: ExtendedNegotiation[] = [];
  const commonExtendedNegotiations: CommonExtendedNegotiation[] = [];
  for (const { type, content } of items(field, 'the user information')) {
    switch (type) {
      case ITEM_TYPES.maximumLength:
        if (content.length !== 4) throw invalid('maximum length item is not 4 bytes long');
        maxPduLength = content.readUInt32BE(0);
        break;
      case ITEM_TYPES.implementationClassUid:
        implementationClassUid = uid(content);
        break;
      case ITEM_TYPES.implementationVersionName:
        implementationVersionName = content.toString('latin1').replace(/[\0 ]+$/u, '');
        break;
      case ITEM_TYPES.asynchronousOperationsWindow:
        if (content.length !== 4) throw invalid('asynchronous operations item is not 4 bytes long');
        asynchronousOperations = {
          invoked: content.readUInt16BE(0),
          performed: content.readUInt16BE(2),
        };
        break;
      case ITEM_TYPES.roleSelection: {
        const [sopClassUid, flags] = uidAndRest(content, 'role selection');
        if (flags.length !== 2) throw invalid('role selection item has the wrong length');
        roleSelections.push({ sopClassUid, scu: flags[0] === 1, scp: flags[1] === 1 });
        break;
      }
      case ITEM_TYPES.sopClassExtendedNegotiation: {
        const [sopClassUid, information] = uidAndRest(content, 'extended negotiation');
        extendedNegotiations.push({ sopClassUid, information });
        break;
      }
      case ITEM_TYPES.sopClassCommonExtendedNegotiation:
        commonExtendedNegotiations.push(commonExtendedNegotiation(content));
        break;
    }
  }
  return {
    maxPduLength,
    implementationClassUid,
    ...(implementationVersionName !== undefined && { implementationVersionName }),
    ...(asynchronousOperations && { asynchronousOperations }),
    roleSelections,
    extendedNegotiations,
    ...(commonExtendedNegotiations.length > 0 && { commonExtendedNegotiations }),
  };
}

function commonExtendedNegotiation(content: Buffer): CommonExtendedNegotiation {
  const what = 'common extended negotiation';
  const [sopClassUid, behindSopClass] = uidAndRest(content, what);
  const [serviceClassUid, behindServiceClass] = uidAndRest(behindSopClass, what);
  // Bytes behind the list belong to later versions of the item.
  let [related] = fieldAndRest(behindServiceClass, what);
  const relatedGeneralSopClassUids: string[] = [];
  while (related.length > 0) {
    const [relatedUid, rest] = uidAndRest(related, what);
    relatedGeneralSopClassUids.push(relatedUid);
    related = rest;
  }
  return { sopClassUid, serviceClassUid, relatedGeneralSopClassUids };
}

function uidAndRest(content: Buffer, what: string): [string, Buffer] {
  const [field, rest] = fieldAndRest(content, what);
  return [uid(field), rest];
}

/** A field behind its length of two bytes. */
function fieldAndRest(content: Buffer, what: string): [Buffer, Buffer] {
  const length = content.length < 2 ? Infinity : content.readUInt16BE(0);
  if (2 + length > content.length) throw invalid(`truncated ${what} item`);
  return [content.subarray(2, 2 + length), content.subarray(2 + length)];
}

function dataValues(content: Buffer): PresentationDataValue[] {
  const values: PresentationDataValue[] = [];
  let offset = 0;
  while (offset < content.length) {
    const length = content.length - offset < 6 ? Infinity : content.readUInt32BE(offset);
    const end = offset + 4 + length;
    if (length < 2 || end > content.length) throw invalid('impossible length of a PDV');
    const control = content[offset + 5] ?? 0;
    values.push({
      contextId: content[offset + 4] ?? 0,
      isCommand: (control & 1) !== 0,
      isLast: (control & 2) !== 0,
      payload: content.subarray(offset + 6, end),
    });
    offset = end;
  }
  return values;
}
