import { expect } from 'chai';
import { buildResults } from '../../src/results/build.js';
import { readPart10 } from '../../src/dicom/part10.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { textsOf } from '../fixtures/walk.js';
import { resultInput } from '../support/result-input.js';

function built(otherScans: ResultInput['otherScans'], device?: ResultInput['device']) {
  const { objects, defects } = buildResults({
    ...resultInput({ otherScans }),
    ...(device && { device }),
  });
  expect(defects).to.deep.equal([]);
  const uidOf = (kind: string) => objects.find((one) => one.kind === kind)!.sopInstanceUid;
  const report = objects.find(({ kind }) => kind === 'report')!;
  return { uidOf, texts: textsOf(readPart10(report.bytes).dataSet) };
}

describe('results: other scans of the eye, and the device match, in the report', () => {
  const better = {
    sopInstanceUid: '1.2.3',
    better: true,
    because: 'quality excellent against poor',
  };
  const worse = {
    sopInstanceUid: '1.2.4',
    better: false,
    because: 'quality poor against excellent',
  };

  it('names a better scan', () => {
    expect(built([better]).texts).to.include(
      'Another scan of this eye in this study had better quality: 1.2.3 (quality excellent against poor).',
    );
  });

  it('says that it is the best so far, and names the poorer ones', () => {
    const { texts } = built([worse]);
    expect(texts).to.include(
      'Of 2 scans of this eye in this study that were read so far, this one has the best quality.',
    );
    expect(texts.join()).to.include('had lower quality: 1.2.4');
  });

  it('other words are another report, of the same segmentation', () => {
    const [alone, repeated] = [built([]), built([better])];
    expect(alone.texts.join()).not.to.include('scan of this eye');
    expect(repeated.uidOf('report')).not.to.equal(alone.uidOf('report'));
    expect(repeated.uidOf('segmentation')).to.equal(alone.uidOf('segmentation'));
  });

  it('why no profile matches stands in the report', () => {
    const because = 'Acme Eyescan is not in a profile; not Topcon: manufacturer is Acme';
    const device = { matched: false, deviceKnown: false, because } as const;
    expect(built([], device).texts).to.include(`No profile matches: ${because}.`);
  });
});
