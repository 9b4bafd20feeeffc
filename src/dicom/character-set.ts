/**
 * Specific Character Set (0008,0005), PS3.3 C.12.1.1.2 and PS3.5 6.1: bytes to text, code extensions included.
 * dcmjs is not used for it: it reads the first value only and damages Japanese and Korean names (transport.md).
 */

type Decode = (bytes: Uint8Array) => string;

/** One coded character set as it can be designated to G0 (bytes below 0x80) or G1 (above). */
interface CodedSet {
  readonly bytesPerCharacter: 1 | 2;
  readonly decode: Decode;
}

const REPLACEMENT = '\uFFFD';
const ESCAPE = 0x1b;

function textDecoder(label: string): Decode {
  const decoder = new TextDecoder(label);
  return (bytes) => decoder.decode(bytes);
}

const withHighBit = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte | 0x80);

const ascii: CodedSet = {
  bytesPerCharacter: 1,
  decode: (bytes) => Buffer.from(bytes).toString('latin1'),
};
const jisRoman = ascii;
const jisKatakana: CodedSet = {
  bytesPerCharacter: 1,
  decode: (bytes) =>
    Array.from(bytes, (byte) => {
      const code = byte | 0x80;
      return code >= 0xa1 && code <= 0xdf ? String.fromCharCode(0xff61 + code - 0xa1) : REPLACEMENT;
    }).join(''),
};
const eucJp = textDecoder('euc-jp');
const kanji: CodedSet = { bytesPerCharacter: 2, decode: (bytes) => eucJp(withHighBit(bytes)) };
/** EUC-JP reaches JIS X 0212 by the prefix 0x8F before each pair. */
const supplementaryKanji: CodedSet = {
  bytesPerCharacter: 2,
  decode: (bytes) => {
    const euc: number[] = [];
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      euc.push(0x8f, bytes[i]! | 0x80, bytes[i + 1]! | 0x80);
    }
    return eucJp(Uint8Array.from(euc));
  },
};
const hangul: CodedSet = { bytesPerCharacter: 2, decode: textDecoder('euc-kr') };
const hanzi: CodedSet = { bytesPerCharacter: 2, decode: textDecoder('gb18030') };
const latin1: CodedSet = ascii;

/** By a table, as some of Node's decoders drop undefined bytes silently. */
function singleByte(label: string): CodedSet {
  const decode = textDecoder(label);
  const letters = Array.from(
    { length: 256 },
    (_, byte) => decode(Uint8Array.of(byte)) || REPLACEMENT,
  );
  return {
    bytesPerCharacter: 1,
    decode: (bytes) => Array.from(bytes, (byte) => letters[byte]).join(''),
  };
}

interface Designation {
  readonly g0?: CodedSet;
  readonly g1?: CodedSet;
}

/** The single-byte defined terms by ISO registration number, and what they designate at the start of each value. */
const SINGLE_BYTE: Readonly<Record<string, { readonly escape: string; readonly set: CodedSet }>> = {
  '100': { escape: '-A', set: latin1 },
  '101': { escape: '-B', set: singleByte('iso-8859-2') },
  '109': { escape: '-C', set: singleByte('iso-8859-3') },
  '110': { escape: '-D', set: singleByte('iso-8859-4') },
  '144': { escape: '-L', set: singleByte('iso-8859-5') },
  '127': { escape: '-G', set: singleByte('iso-8859-6') },
  '126': { escape: '-F', set: singleByte('iso-8859-7') },
  '138': { escape: '-H', set: singleByte('iso-8859-8') },
  '148': { escape: '-M', set: singleByte('windows-1254') },
  '203': { escape: '-b', set: singleByte('iso-8859-15') },
  '166': { escape: '-T', set: singleByte('windows-874') },
};

/** Escape sequences without their ESC (PS3.3 tables C.12-3 and C.12-4). */
const ESCAPES: Readonly<Record<string, Designation>> = {
  '(B': { g0: ascii },
  '(J': { g0: jisRoman },
  ')I': { g1: jisKatakana },
  $B: { g0: kanji },
  '$@': { g0: kanji },
  '$(D': { g0: supplementaryKanji },
  '$)C': { g1: hangul },
  '$)A': { g1: hanzi },
  ...Object.fromEntries(Object.values(SINGLE_BYTE).map(({ escape, set }) => [escape, { g1: set }])),
};

const IMPLIED_G1: Readonly<Record<string, CodedSet>> = { ISO_IR149: hangul, ISO_IR58: hanzi };

/** Character sets that allow no code extension: the whole value goes through one decoder. */
const WHOLE: Readonly<Record<string, Decode>> = {
  ISO_IR192: textDecoder('utf-8'),
  GB18030: textDecoder('gb18030'),
  // GB 18030 contains GBK; Node's own decoder for 'gbk' drops what it cannot decode.
  GBK: textDecoder('gb18030'),
};

/** What turns the bytes of text values into strings while a data set is read. */
export interface CharacterSet {
  readonly defined: readonly string[];
  /** Never throws: what cannot be decoded becomes U+FFFD. A backslash in the result separates values. */
  readonly decode: (bytes: Uint8Array, isPersonName: boolean) => string;
}

/**
 * The character set that the values of Specific Character Set name. Unknown terms count as the default repertoire,
 * whose bytes above 0x7F become U+FFFD: a wrong name is worse than a visibly missing letter.
 */
export function characterSet(values: readonly string[]): CharacterSet {
  const terms = values.map((value) => value.trim().toUpperCase());
  const first = normalise(terms[0] ?? '');
  const whole = WHOLE[first];
  if (whole !== undefined) return { defined: terms, decode: (bytes) => whole(bytes) };
  const initial = withImpliedG1(initialDesignation(first), terms.slice(1).map(normalise));
  return {
    defined: terms,
    decode: (bytes, isPersonName) => decodeIso2022(bytes, initial, isPersonName),
  };
}

export const DEFAULT_CHARACTER_SET: CharacterSet = characterSet([]);

/** 'ISO 2022 IR 87', 'ISO_IR 87', 'ISO-IR 87' and 'ISO IR 87' all occur in files. */
function normalise(term: string): string {
  return term
    .replace(/^ISO[ _-]?2022[ _-]IR[ _-]?/u, 'ISO_IR')
    .replace(/^ISO[ _-]IR[ _-]?/u, 'ISO_IR');
}

function initialDesignation(term: string): Designation {
  const number = /^ISO_IR(\d+)$/u.exec(term)?.[1];
  if (number === undefined) return { g0: ascii };
  if (number === '13') return { g0: jisRoman, g1: jisKatakana };
  const set = SINGLE_BYTE[number]?.set;
  return set === undefined ? { g0: ascii } : { g0: ascii, g1: set };
}

/**
 * Korean and Chinese names come without their escape sequences too (pydicom 2.3 writes IR 58 so). Where the terms leave
 * one reading of a byte above 0x7F only, it is taken.
 */
function withImpliedG1(initial: Designation, extensions: readonly string[]): Designation {
  const [only, ...others] = extensions.flatMap((term) => IMPLIED_G1[term] ?? []);
  return initial.g1 !== undefined || only === undefined || others.length > 0
    ? initial
    : { ...initial, g1: only };
}

function decodeIso2022(bytes: Uint8Array, initial: Designation, isPersonName: boolean): string {
  let { g0 = ascii, g1 } = initial;
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at]!;
    if (byte === ESCAPE) {
      const sequence = escapeSequence(bytes, at + 1);
      const designation = ESCAPES[sequence];
      if (designation === undefined) text += REPLACEMENT;
      g0 = designation?.g0 ?? g0;
      g1 = designation?.g1 ?? g1;
      at += 1 + sequence.length;
      continue;
    }
    const high = byte >= 0x80;
    if (!high && g0.bytesPerCharacter === 1 && resetsDesignation(byte, isPersonName)) {
      text += String.fromCharCode(byte);
      ({ g0 = ascii, g1 } = initial);
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < bytes.length && bytes[end] !== ESCAPE && bytes[end]! >= 0x80 === high) {
      if (!high && g0.bytesPerCharacter === 1 && resetsDesignation(bytes[end]!, isPersonName))
        break;
      end += 1;
    }
    const run = bytes.subarray(at, end);
    const set = high ? g1 : g0;
    text += set === undefined ? REPLACEMENT.repeat(run.length) : set.decode(run);
    at = end;
  }
  return text;
}

/** Up to and including the final byte (ISO 2022: intermediate bytes are 0x20 to 0x2F). */
function escapeSequence(bytes: Uint8Array, from: number): string {
  let end = from;
  while (end < bytes.length && end < from + 3 && bytes[end]! >= 0x20 && bytes[end]! <= 0x2f)
    end += 1;
  return Buffer.from(bytes.subarray(from, end + 1)).toString('latin1');
}

/** PS3.5 6.1.2.5.3: the initial sets come back after these. */
function resetsDesignation(byte: number, isPersonName: boolean): boolean {
  const always = byte === 0x5c || byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x09;
  return always || (isPersonName && (byte === 0x5e || byte === 0x3d));
}

/** The defined terms that can be read, by the registration numbers and names of PS3.3 C.12.1.1.2; ISO 2022 forms too. */
export const CHARACTER_SETS_READ: readonly string[] = [
  'ISO_IR 6',
  ...Object.keys(SINGLE_BYTE).map((number) => `ISO_IR ${number}`),
  ...['ISO_IR 13', 'ISO 2022 IR 87', 'ISO 2022 IR 159', 'ISO 2022 IR 149', 'ISO 2022 IR 58'],
  ...Object.keys(WHOLE).map((name) => name.replace('ISO_IR', 'ISO_IR ')),
];
