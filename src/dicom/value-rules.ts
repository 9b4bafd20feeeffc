import { isUid } from './uid.js';
import { traitsOf, type ValueRepresentation } from './value-representation.js';

/** PS3.5 6.2, one value of each text VR that has a form of its own. */
const FORMS: Readonly<Partial<Record<ValueRepresentation, RegExp>>> = {
  AE: /^(?=.*[^ ])[\x20-\x5b\x5d-\x7e]+$/u,
  AS: /^\d{3}[DWMY]$/u,
  CS: /^[A-Z0-9 _]*$/u,
  DA: /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/u,
  DS: /^ *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *$/u,
  DT: /^\d{4}((0[1-9]|1[0-2])((0[1-9]|[12]\d|3[01])(([01]\d|2[0-3])([0-5]\d([0-5]\d|60)?(\.\d{1,6})?)?)?)?)?([+-](0\d|1[0-4])[0-5]\d)?$/u,
  IS: /^ *[+-]?\d+ *$/u,
  TM: /^([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?$/u,
  UR: /^[\x21-\x5b\x5d-\x7e]+$/u,
};

const CONTROL = /[\u0000-\u001f\u007f]/u;
const CONTROL_BUT_LAYOUT = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;
const PERSON_NAME_GROUP_MAX = 64;

const RANGES: Readonly<Partial<Record<ValueRepresentation, readonly [number, number]>>> = {
  AT: [0, 0xffffffff],
  SL: [-0x80000000, 0x7fffffff],
  SS: [-0x8000, 0x7fff],
  UL: [0, 0xffffffff],
  US: [0, 0xffff],
};

/** Why a text may not be a value of this VR; `undefined` where it may. The reason never holds the text. */
export function textDefect(vr: ValueRepresentation, text: string): string | undefined {
  const { maxLength, singleValued, characterSet } = traitsOf(vr);
  if (text === '') return undefined;
  if (maxLength !== undefined && Array.from(text).length > maxLength) {
    return `longer than the ${String(maxLength)} characters of ${vr}`;
  }
  if (LONE_SURROGATE.test(text)) return 'not Unicode text';
  if (vr === 'UI' && !isUid(text)) return 'not a UID';
  if (FORMS[vr]?.test(text) === false) return `not in the form of ${vr}`;
  if (vr === 'IS' && !inRange(Number(text), [-0x80000000, 0x7fffffff])) return 'out of range of IS';
  if (characterSet !== true) return undefined;
  if (singleValued !== true && text.includes('\\'))
    return 'holds a backslash, which separates values';
  const layoutAllowed = vr === 'LT' || vr === 'ST' || vr === 'UT';
  if ((layoutAllowed ? CONTROL_BUT_LAYOUT : CONTROL).test(text)) return 'holds a control character';
  return vr === 'PN' ? personNameDefect(text) : undefined;
}

/** PS3.5 6.2.1: up to three groups of up to five components, 64 characters a group. */
function personNameDefect(text: string): string | undefined {
  const groups = text.split('=');
  if (groups.length > 3) return 'more than three component groups';
  if (groups.some((group) => Array.from(group).length > PERSON_NAME_GROUP_MAX)) {
    return 'a component group longer than 64 characters';
  }
  if (groups.some((group) => group.split('^').length > 5)) return 'more than five components';
  return undefined;
}

/** Why a number may not be a value of this VR. */
export function numberDefect(vr: ValueRepresentation, value: number): string | undefined {
  if (!Number.isFinite(value)) return 'not a finite number';
  const range = RANGES[vr];
  if (range === undefined) return undefined;
  if (!Number.isInteger(value)) return `not an integer, as ${vr} needs`;
  return inRange(value, range) ? undefined : `out of range of ${vr}`;
}

function inRange(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
