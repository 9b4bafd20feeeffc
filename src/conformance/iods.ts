import { readFileSync } from 'node:fs';

/** Is the attribute there, and has it a value (PS3.2)? Of a nested one: in each item of its sequence. */
export const PRESENCE = {
  ALWAYS: 'always present with a value',
  VNAP: 'always present, the value not always',
  ANAP: 'not always present',
  EMPTY: 'always present without a value',
} as const;
export type Presence = keyof typeof PRESENCE;

/** Where the value comes from. */
export const SOURCES = {
  COPY: 'copied from the scan',
  FIXED: 'the same in every object',
  AUTO: 'made by the program',
} as const;
export type Source = keyof typeof SOURCES;

export interface IodAttribute {
  /** Keywords from the data set down, sequences first. */
  readonly path: readonly string[];
  readonly tag: string;
  readonly vr: string;
  readonly presence: Presence;
  readonly source?: Source;
  /** Where it is fixed. */
  readonly value?: string;
}

/** One content item of a structured report. */
export interface IodContentItem {
  /** 0 is the root. */
  readonly level: number;
  readonly relationship: string;
  readonly valueType: string;
  readonly concept: string;
  /** In each item that holds it. */
  readonly presence: 'ALWAYS' | 'ANAP';
}

/** One kind of object that this node makes. */
export interface Iod {
  readonly kind: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  readonly attributes: readonly IodAttribute[];
  /** Of a structured report. */
  readonly content?: readonly IodContentItem[];
}

/**
 * What the objects of the builders hold, as it was observed in objects that the builders made (`conformance/
 * observe-iods.ts`); `npm run docs` writes it anew and a test holds it equal.
 */
export function shippedIods(): readonly Iod[] {
  const file = new URL('../../conformance/iods.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Iod[];
}
