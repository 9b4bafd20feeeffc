import { DICTIONARY, type Keyword } from './dictionary.js';
import type { ValueRepresentation } from './value-representation.js';

/** Values in memory: text VRs (DS and IS too: their digits are kept), numbers, bytes, or the items of a sequence. */
export type ElementValue = readonly string[] | readonly number[] | Uint8Array | readonly DataSet[];

export interface Element {
  readonly tag: number;
  readonly vr: ValueRepresentation;
  readonly value: ElementValue;
}

/** What `set` takes: one value or several; numbers are turned into digits where the VR is DS or IS. */
export type SettableValue =
  | string
  | number
  | Uint8Array
  | DataSet
  | readonly string[]
  | readonly number[]
  | readonly DataSet[];

export type Attributes = Readonly<Partial<Record<Keyword, SettableValue>>>;

/**
 * A DICOM data set or one item of a sequence (PS3.5 7): elements by tag. Reading accessors never throw on what others
 * sent: an absent, empty or differently typed element is `undefined` or an empty list.
 */
export class DataSet {
  private readonly byTag = new Map<number, Element>();

  /** A data set from attributes by keyword; `undefined` is not a value: leave the keyword out. */
  static of(attributes: Attributes): DataSet {
    const dataSet = new DataSet();
    for (const [keyword, value] of Object.entries(attributes)) {
      dataSet.set(keyword as Keyword, value);
    }
    return dataSet;
  }

  /** The elements in the order of their tags, as they are written (PS3.5 7.1). */
  elements(): readonly Element[] {
    return [...this.byTag.values()].sort((a, b) => a.tag - b.tag);
  }

  has(keyword: Keyword): boolean {
    return this.byTag.has(DICTIONARY[keyword].tag);
  }

  element(tag: number): Element | undefined {
    return this.byTag.get(tag);
  }

  setElement(element: Element): void {
    this.byTag.set(element.tag, element);
  }

  /** Sets one attribute with the dictionary's VR, or with `vr` where the standard leaves a choice. */
  set(
    keyword: Keyword,
    value: SettableValue,
    vr: ValueRepresentation = DICTIONARY[keyword].vr,
  ): this {
    const list = value instanceof Uint8Array || Array.isArray(value) ? value : [value];
    const digits = vr === 'DS' || vr === 'IS';
    this.byTag.set(DICTIONARY[keyword].tag, {
      tag: DICTIONARY[keyword].tag,
      vr,
      value: (digits
        ? (list as readonly (string | number)[]).map(decimalString)
        : list) as ElementValue,
    });
    return this;
  }

  delete(keyword: Keyword): void {
    this.byTag.delete(DICTIONARY[keyword].tag);
  }

  /** Copies an element of another data set as it is, where it is there. */
  copy(source: DataSet, ...keywords: readonly Keyword[]): this {
    for (const keyword of keywords) {
      const element = source.element(DICTIONARY[keyword].tag);
      if (element !== undefined) this.byTag.set(element.tag, element);
    }
    return this;
  }

  /** All values of a text attribute, padding removed (PS3.5 6.2); empty where there is none. */
  texts(keyword: Keyword): readonly string[] {
    const value = this.byTag.get(DICTIONARY[keyword].tag)?.value;
    if (!Array.isArray(value)) return [];
    return (value as readonly unknown[])
      .filter((item) => typeof item === 'string')
      .map(trimPadding);
  }

  /** The first value of a text attribute; `undefined` where it is absent or empty. */
  text(keyword: Keyword): string | undefined {
    const first = this.texts(keyword)[0];
    return first === '' ? undefined : first;
  }

  /** All values as numbers, those of DS and IS read from their digits; values that are not finite are NaN. */
  numbers(keyword: Keyword): readonly number[] {
    const value = this.byTag.get(DICTIONARY[keyword].tag)?.value;
    if (!Array.isArray(value)) return [];
    return (value as readonly unknown[]).flatMap((item) => {
      if (typeof item === 'number') return [item];
      if (typeof item !== 'string') return [];
      const text = trimPadding(item);
      return [text === '' ? Number.NaN : Number(text)];
    });
  }

  /** The first value as a finite number, or `undefined`. */
  number(keyword: Keyword): number | undefined {
    const first = this.numbers(keyword)[0];
    return first !== undefined && Number.isFinite(first) ? first : undefined;
  }

  /** The items of a sequence; empty where there is none. */
  items(keyword: Keyword): readonly DataSet[] {
    const value = this.byTag.get(DICTIONARY[keyword].tag)?.value;
    if (!Array.isArray(value)) return [];
    return (value as readonly unknown[]).filter((item) => item instanceof DataSet);
  }

  /** The first item of a sequence. */
  item(keyword: Keyword): DataSet | undefined {
    return this.items(keyword)[0];
  }

  bytes(keyword: Keyword): Uint8Array | undefined {
    const value = this.byTag.get(DICTIONARY[keyword].tag)?.value;
    return value instanceof Uint8Array ? value : undefined;
  }
}

/** Scanners pad with blanks and, against the standard, with NUL and what lay behind it (devices.md, Zeiss). */
export function trimPadding(text: string): string {
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}

/** DS has 16 characters at most (PS3.5 6.2): the shortest form that loses least. */
function decimalString(value: string | number): string {
  if (typeof value === 'string') return value;
  const plain = String(value);
  if (plain.length <= 16) return plain;
  for (let precision = 16; precision > 0; precision--) {
    const text = String(Number(value.toPrecision(precision)));
    if (text.length <= 16) return text;
  }
  return value.toExponential(8);
}
