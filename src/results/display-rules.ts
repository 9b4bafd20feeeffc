import { functionalGroups } from '../dicom/functional-groups.js';
import type { Defects } from './defect.js';
import type { Checked, ReadResult } from './read-result.js';
import { sourceInstances } from './source-frames.js';

/**
 * R10 of an image: what OHIF and cornerstone need to lay it over the source. Their SEG handlers look for the source by
 * the first item of Referenced Series Sequence, and the adapters throw on a frame that has a Frame of Reference and no
 * orientation (dicom-objects.md §2.1).
 */
export function checkDisplay({ object, dataSet, input, defects }: Checked): void {
  const require = (condition: boolean, what: string): void => {
    defects.require(condition, 'R10', `${object.kind}: ${what}`);
  };
  const sources = sourceInstances(input);
  const listed = dataSet.items('ReferencedSeriesSequence');
  require(listed[0]?.text('SeriesInstanceUID') ===
    sources[0]?.seriesInstanceUid, 'the source’s series is not referred to');
  const instances = new Set(
    listed.flatMap((series) =>
      series
        .items('ReferencedInstanceSequence')
        .map(
          (item) => `${series.text('SeriesInstanceUID')} ${item.text('ReferencedSOPInstanceUID')}`,
        ),
    ),
  );
  require(sources.every(({ seriesInstanceUid, sopInstanceUid }) =>
    instances.has(`${seriesInstanceUid} ${sopInstanceUid}`),
  ), 'an instance of the source is not referred to');
  require(dataSet
    .items('SegmentSequence')
    .every(
      (item) =>
        item.text('SegmentLabel') !== undefined &&
        item.numbers('RecommendedDisplayCIELabValue').length === 3,
    ), 'a segment without label or colour');
  if (object.kind === 'height-map' || !dataSet.has('FrameOfReferenceUID')) return;
  const groups = functionalGroups(dataSet);
  require(dataSet
    .items('PerFrameFunctionalGroupsSequence')
    .every(
      (_, index) =>
        groups.macro('PlaneOrientationSequence', index)?.numbers('ImageOrientationPatient')
          .length === 6 &&
        groups.macro('PlanePositionSequence', index)?.numbers('ImagePositionPatient').length === 3,
    ), 'a frame without plane');
}

/** R10 of a run: viewers take a series for one segmentation. */
export function checkSeries(run: Iterable<ReadResult>, defects: Defects): void {
  const seen = new Set<string | undefined>();
  for (const { dataSet } of run) {
    const uid = dataSet.text('SeriesInstanceUID');
    defects.require(!seen.has(uid), 'R10', 'two objects in one series');
    seen.add(uid);
  }
}
