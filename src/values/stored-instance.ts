/** One SOP instance as it lies in the archive: verbatim bytes, and who sent them when. */
export interface StoredInstance {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** SHA-256 (hex) of the data set's bytes as received, File Meta excluded. */
  readonly digest: string;
  /** Absolute path of the Part 10 file. */
  readonly path: string;
  /** Length in bytes of the data set as received. */
  readonly byteLength: number;
  readonly callingAeTitle: string;
  readonly peerAddress: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
}
