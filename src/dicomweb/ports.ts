import type { Part10Header } from '../dicom/part10.js';
import type { Match, Search } from '../dicom/study-query.js';

/** What this folder needs of the archive; `src/joints/dicomweb.ts` joins them. */

/** One object on its way in, before its data set was read. */
export interface IncomingObject {
  /** Of the HTTP request that brings it: it stands where an association stands for C-STORE. */
  readonly associationId: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** The study that it must belong to. */
  readonly studyInstanceUid?: string;
}

export interface ObjectIdentity {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
}

/** What became of it: a status of C-STORE (PS3.4 Table B.2-1), and what is on record if it is good. */
export interface StoreOutcome {
  readonly status: number;
  readonly instance?: ObjectIdentity;
}

export interface Reception {
  /** The next bytes of the data set, which stay as they are until this settles. */
  write(chunks: readonly Uint8Array[]): Promise<void>;
  /** Success exactly when file and ledger row are durable (R4). */
  finish(): Promise<StoreOutcome>;
  abandon(reason: string): Promise<void>;
}

export interface StorePort {
  readonly aeTitle: string;
  begin(object: IncomingObject): Promise<Reception>;
  /** A request begins to bring objects, or has ended: in order or cut off. */
  onRequest(event: {
    readonly type: 'accepted' | 'released' | 'aborted';
    readonly associationId: string;
    readonly callingAeTitle: string;
  }): void;
}

/** Which objects: of a study, of one series in it, or one. */
export interface ObjectScope {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

export interface StoredObject extends ObjectIdentity {
  readonly transferSyntaxUid: string;
  /** Of a Part 10 file. */
  readonly path: string;
}

export interface RetrievePort {
  find(scope: ObjectScope): Promise<readonly StoredObject[]>;
  /** Frames (from 1) as little-endian native pixels, or in words why not. */
  readFrames(
    path: string,
    header: Part10Header,
    numbers: readonly number[],
  ): Promise<{ readonly frames: readonly Uint8Array[] } | { readonly defect: string }>;
}

export interface QueryPort {
  /** Keys are of the level of the search or of one above it. */
  search(search: Search): Promise<readonly Match[]>;
}
