import type { SopClassUse } from '../dicom/uids.js';

/** Why nothing is made of an instance, as the operator reads it. */
export const NOT_INPUT_REASONS = {
  ownResult: 'a result of this node: never read again',
  unknownSopClass: 'not a volume: unknown SOP class',
  rawData:
    "not analysable: a vendor's raw data; have the scanner send OPT objects (Cirrus: 'Send OP and OPT IODs During Archive')",
  unreadable: 'set aside: its data set cannot be read',
  localizer: 'not a volume: a fundus image, kept beside its scan',
  'not-a-volume': 'not a volume: SOP class of pictures or documents',
  'vendor-result': 'not a volume: a result of another system',
  commitment: 'not a volume: no object at all',
  verification: 'not a volume: no object at all',
} as const satisfies Record<
  Exclude<SopClassUse, 'volume'> | 'ownResult' | 'unknownSopClass' | 'rawData' | 'unreadable',
  string
>;
