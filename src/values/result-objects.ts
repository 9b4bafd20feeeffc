import type { ResultKind } from './result-kinds.js';

/** What refers to a result: enough for an item of a reference sequence. */
export interface ResultReference {
  readonly kind: ResultKind;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
}

/** One DICOM object made from a workitem, already validated, as the bytes of a Part 10 file. */
export interface ResultObject extends ResultReference {
  readonly bytes: Uint8Array;
}
