/**
 * The command set of a DIMSE message (PS3.7 §6.3, E.1): group 0000, always Implicit VR Little Endian. Elements that
 * are not in the table (retired ones) are skipped.
 */

export const COMMAND_ELEMENTS = {
  affectedSopClassUid: { tag: 0x0002, vr: 'UI' },
  requestedSopClassUid: { tag: 0x0003, vr: 'UI' },
  commandField: { tag: 0x0100, vr: 'US' },
  messageId: { tag: 0x0110, vr: 'US' },
  messageIdBeingRespondedTo: { tag: 0x0120, vr: 'US' },
  moveDestination: { tag: 0x0600, vr: 'AE' },
  priority: { tag: 0x0700, vr: 'US' },
  commandDataSetType: { tag: 0x0800, vr: 'US' },
  status: { tag: 0x0900, vr: 'US' },
  offendingElement: { tag: 0x0901, vr: 'AT' },
  errorComment: { tag: 0x0902, vr: 'LO' },
  errorId: { tag: 0x0903, vr: 'US' },
  affectedSopInstanceUid: { tag: 0x1000, vr: 'UI' },
  requestedSopInstanceUid: { tag: 0x1001, vr: 'UI' },
  eventTypeId: { tag: 0x1002, vr: 'US' },
  attributeIdentifierList: { tag: 0x1005, vr: 'AT' },
  actionTypeId: { tag: 0x1008, vr: 'US' },
  numberOfRemainingSubOperations: { tag: 0x1020, vr: 'US' },
  numberOfCompletedSubOperations: { tag: 0x1021, vr: 'US' },
  numberOfFailedSubOperations: { tag: 0x1022, vr: 'US' },
  numberOfWarningSubOperations: { tag: 0x1023, vr: 'US' },
  moveOriginatorAeTitle: { tag: 0x1030, vr: 'AE' },
  moveOriginatorMessageId: { tag: 0x1031, vr: 'US' },
} as const satisfies Record<string, { tag: number; vr: 'UI' | 'US' | 'AE' | 'LO' | 'AT' }>;
export type CommandElement = keyof typeof COMMAND_ELEMENTS;

interface ValueOfVr {
  UI: string;
  AE: string;
  LO: string;
  US: number;
  /** Tags as 32-bit numbers, group in the upper half. */
  AT: readonly number[];
}

export type CommandSet = {
  readonly [E in CommandElement]?: ValueOfVr[(typeof COMMAND_ELEMENTS)[E]['vr']];
};

/** Command Field (0000,0100): PS3.7 E.1-1. A response has bit 15 set. */
export const COMMAND_FIELDS = {
  'C-STORE-RQ': 0x0001,
  'C-STORE-RSP': 0x8001,
  'C-FIND-RQ': 0x0020,
  'C-FIND-RSP': 0x8020,
  'C-ECHO-RQ': 0x0030,
  'C-ECHO-RSP': 0x8030,
  'C-CANCEL-RQ': 0x0fff,
  'N-EVENT-REPORT-RQ': 0x0100,
  'N-EVENT-REPORT-RSP': 0x8100,
  'N-ACTION-RQ': 0x0130,
  'N-ACTION-RSP': 0x8130,
} as const;
export const RESPONSE_BIT = 0x8000;

/** Command Data Set Type (0000,0800): this value says that no data set follows, any other that one does. */
export const NO_DATA_SET = 0x0101;
export const DATA_SET_FOLLOWS = 0x0001;

export const PRIORITY_MEDIUM = 0;

/** Longer than any legal command set; what exceeds it is an attack or a fault. */
export const MAX_COMMAND_LENGTH = 64 * 1024;

const ELEMENT_HEADER_LENGTH = 8;
const BY_TAG: ReadonlyMap<number, CommandElement> = new Map(
  Object.entries(COMMAND_ELEMENTS).map(([name, { tag }]) => [tag, name as CommandElement]),
);
const IN_TAG_ORDER: readonly CommandElement[] = [...BY_TAG]
  .sort(([a], [b]) => a - b)
  .map(([, n]) => n);

export class CommandSetError extends Error {
  override readonly name = 'CommandSetError';
}

/** The bytes of a command set, elements in tag order behind the group length. */
export function encodeCommandSet(command: CommandSet): Buffer {
  const elements: Buffer[] = [];
  for (const name of IN_TAG_ORDER) {
    const value = command[name];
    if (value !== undefined)
      elements.push(element(COMMAND_ELEMENTS[name].tag, bytesOf(name, value)));
  }
  const content = Buffer.concat(elements);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(content.length);
  return Buffer.concat([element(0x0000, groupLength), content]);
}

/** @throws CommandSetError where the bytes are no command set */
export function decodeCommandSet(bytes: Buffer): CommandSet {
  const command: Record<string, string | number | number[]> = {};
  let offset = 0;
  while (offset < bytes.length) {
    if (bytes.length - offset < ELEMENT_HEADER_LENGTH)
      throw new CommandSetError('truncated element');
    if (bytes.readUInt16LE(offset) !== 0) throw new CommandSetError('element outside group 0000');
    const tag = bytes.readUInt16LE(offset + 2);
    const start = offset + ELEMENT_HEADER_LENGTH;
    const end = start + bytes.readUInt32LE(offset + 4);
    if (end > bytes.length) throw new CommandSetError('element reaches beyond the command set');
    const name = BY_TAG.get(tag);
    const value = name && valueOf(name, bytes.subarray(start, end));
    if (name && value !== undefined) command[name] = value;
    offset = end;
  }
  return command;
}

function element(tag: number, value: Buffer): Buffer {
  const header = Buffer.alloc(ELEMENT_HEADER_LENGTH);
  header.writeUInt16LE(tag, 2);
  header.writeUInt32LE(value.length, 4);
  return Buffer.concat([header, value]);
}

function bytesOf(name: CommandElement, value: string | number | readonly number[]): Buffer {
  const { vr } = COMMAND_ELEMENTS[name];
  if (typeof value === 'string') {
    const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
    return Buffer.from(value + padding, 'latin1');
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return bytes;
  }
  const bytes = Buffer.alloc(4 * value.length);
  value.forEach((tag, index) => {
    bytes.writeUInt16LE(tag >>> 16, 4 * index);
    bytes.writeUInt16LE(tag & 0xffff, 4 * index + 2);
  });
  return bytes;
}

function valueOf(name: CommandElement, bytes: Buffer): string | number | number[] | undefined {
  if (bytes.length === 0) return undefined;
  switch (COMMAND_ELEMENTS[name].vr) {
    case 'US':
      if (bytes.length < 2) throw new CommandSetError(`${name} is too short`);
      return bytes.readUInt16LE(0);
    case 'AT': {
      const tags: number[] = [];
      for (let at = 0; at + 4 <= bytes.length; at += 4) {
        tags.push(bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2));
      }
      return tags;
    }
    default:
      return bytes.toString('latin1').replace(/[\0 ]+$/u, '');
  }
}
