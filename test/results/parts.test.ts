import { expect } from 'chai';
import { buildResults } from '../../src/results/build.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { segmentationDataSet } from '../../src/results/seg/build.js';
import { reportDataSet } from '../../src/results/sr/build.js';
import { resultInput, SHAPE } from '../support/result-input.js';

/** The same scan, stored in single frames of two series. */
function inParts(): ResultInput {
  const input = resultInput();
  const instances = Array.from({ length: SHAPE.frames }, (_, i) => ({
    ...input.sourceInstance,
    sopInstanceUid: `2.25.100${i}`,
    seriesInstanceUid: i < 3 ? input.sourceInstance.seriesInstanceUid : '2.25.99',
  }));
  const frames = instances.map(({ sopInstanceUid }) => ({ sopInstanceUid, frameNumber: 1 }));
  return { ...input, sourceInstance: instances[0]!, parts: { instances, frames } };
}

describe('results: of a scan in several instances', () => {
  it('passes the gate', () => {
    expect(buildResults(inParts()).defects).to.deep.equal([]);
  });

  it('each frame of the segmentation refers to the instance that holds it', () => {
    const input = inParts();
    const whole = segmentationDataSet(resultInput())!;
    const references = (dataSet: typeof whole) =>
      dataSet
        .items('PerFrameFunctionalGroupsSequence')
        .map((frame) => frame.item('DerivationImageSequence')!.item('SourceImageSequence')!);
    const ours = references(segmentationDataSet(input)!);
    references(whole).forEach((reference, i) => {
      const frame = reference.number('ReferencedFrameNumber')!;
      expect(ours[i]!.text('ReferencedSOPInstanceUID')).to.equal(`2.25.100${frame - 1}`);
      expect(ours[i]!.number('ReferencedFrameNumber')).to.equal(1);
    });
  });

  it('the report names every instance, by series', () => {
    const evidence = reportDataSet(inParts()).item('CurrentRequestedProcedureEvidenceSequence')!;
    const counts = evidence
      .items('ReferencedSeriesSequence')
      .map((series) => series.items('ReferencedSOPSequence').length);
    expect(counts).to.deep.equal([3, 2, 1]);
  });

  it('another content of one instance makes other results', () => {
    const input = inParts();
    const [first, ...rest] = input.parts!.instances;
    const changed = [first!, { ...rest[0]!, digest: 'other' }, ...rest.slice(1)];
    const other = { ...input, parts: { ...input.parts!, instances: changed } };
    expect(reportDataSet(other).text('SOPInstanceUID')).not.to.equal(
      reportDataSet(input).text('SOPInstanceUID'),
    );
  });
});
