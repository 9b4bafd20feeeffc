/** How the values of one VR are held in memory and written (PS3.5 6.2 and 7.1.2). */
interface VrTraits {
  /** What a value is in a `DataSet`. */
  readonly holds: 'text' | 'number' | 'bytes' | 'items';
  /** Explicit VR: two reserved bytes and a 32-bit length. */
  readonly longLength: boolean;
  /** Text: its bytes follow Specific Character Set (0008,0005). */
  readonly characterSet?: true;
  /** Text: a backslash is not a separator. */
  readonly singleValued?: true;
  /** The longest value: characters for text. */
  readonly maxLength?: number;
  /** Number: bytes per value. */
  readonly size?: number;
}

export const VALUE_REPRESENTATIONS = {
  AE: { holds: 'text', longLength: false, maxLength: 16 },
  AS: { holds: 'text', longLength: false, maxLength: 4 },
  AT: { holds: 'number', longLength: false, size: 4 },
  CS: { holds: 'text', longLength: false, maxLength: 16 },
  DA: { holds: 'text', longLength: false, maxLength: 8 },
  DS: { holds: 'text', longLength: false, maxLength: 16 },
  DT: { holds: 'text', longLength: false, maxLength: 26 },
  FD: { holds: 'number', longLength: false, size: 8 },
  FL: { holds: 'number', longLength: false, size: 4 },
  IS: { holds: 'text', longLength: false, maxLength: 12 },
  LO: { holds: 'text', longLength: false, characterSet: true, maxLength: 64 },
  LT: {
    holds: 'text',
    longLength: false,
    characterSet: true,
    singleValued: true,
    maxLength: 10240,
  },
  OB: { holds: 'bytes', longLength: true },
  OD: { holds: 'bytes', longLength: true },
  OF: { holds: 'bytes', longLength: true },
  OL: { holds: 'bytes', longLength: true },
  OV: { holds: 'bytes', longLength: true },
  OW: { holds: 'bytes', longLength: true },
  PN: { holds: 'text', longLength: false, characterSet: true, maxLength: 324 },
  SH: { holds: 'text', longLength: false, characterSet: true, maxLength: 16 },
  SL: { holds: 'number', longLength: false, size: 4 },
  SQ: { holds: 'items', longLength: true },
  SS: { holds: 'number', longLength: false, size: 2 },
  ST: { holds: 'text', longLength: false, characterSet: true, singleValued: true, maxLength: 1024 },
  SV: { holds: 'bytes', longLength: true },
  TM: { holds: 'text', longLength: false, maxLength: 14 },
  UC: { holds: 'text', longLength: true, characterSet: true },
  UI: { holds: 'text', longLength: false, maxLength: 64 },
  UL: { holds: 'number', longLength: false, size: 4 },
  UN: { holds: 'bytes', longLength: true },
  UR: { holds: 'text', longLength: true, singleValued: true },
  US: { holds: 'number', longLength: false, size: 2 },
  UT: { holds: 'text', longLength: true, characterSet: true, singleValued: true },
  UV: { holds: 'bytes', longLength: true },
} as const satisfies Record<string, VrTraits>;

export type ValueRepresentation = keyof typeof VALUE_REPRESENTATIONS;

export function isValueRepresentation(text: string): text is ValueRepresentation {
  return text in VALUE_REPRESENTATIONS;
}

export function traitsOf(vr: ValueRepresentation): VrTraits {
  return VALUE_REPRESENTATIONS[vr];
}
