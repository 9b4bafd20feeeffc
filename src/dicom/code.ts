import { DataSet } from './data-set.js';

/** A coded concept (PS3.3 8.8): what it means is `value` in `scheme`; `meaning` is for humans. */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
  /** Codes of the same meaning in other schemes (Equivalent Code Sequence, PS3.3 8.9). */
  readonly equivalent?: readonly Code[];
}

const CODE_VALUE_MAX = 16;

/** The item of a code sequence; a value longer than 16 characters is a Long Code Value (PS3.3 table 8.8-1). */
export function codeItem({ value, scheme, meaning, equivalent = [] }: Code): DataSet {
  const long = value.length > CODE_VALUE_MAX;
  const item = DataSet.of({
    ...(long ? { LongCodeValue: value } : { CodeValue: value }),
    CodingSchemeDesignator: scheme,
    CodeMeaning: meaning,
  });
  if (equivalent.length > 0) item.set('EquivalentCodeSequence', equivalent.map(codeItem));
  return item;
}

/** The code of an item as it was read; `undefined` where value or scheme is missing. */
export function codeOf(item: DataSet | undefined): Code | undefined {
  const value = item?.text('CodeValue') ?? item?.text('LongCodeValue');
  const scheme = item?.text('CodingSchemeDesignator');
  if (value === undefined || scheme === undefined) return undefined;
  return { value, scheme, meaning: item?.text('CodeMeaning') ?? '' };
}

export function isSameCode(a: Code | undefined, b: Code): boolean {
  return a?.value === b.value && a.scheme === b.scheme;
}
