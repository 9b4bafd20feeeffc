/** One DICOM object made from a workitem, already validated, as the bytes of a Part 10 file. */
export interface ResultObject {
  readonly kind: 'segmentation' | 'report';
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly bytes: Uint8Array;
}
