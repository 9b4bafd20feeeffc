import { expect } from 'chai';
import type { Artefacts } from '../../fixtures/phantom/artefacts.js';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { tissueIndex, type TissueName } from '../../src/values/tissue.js';
import { small } from './specifications.js';

function mean(voxels: Uint8Array): number {
  return voxels.reduce((sum, value) => sum + value, 0) / voxels.length;
}

describe('The artefacts of a phantom', () => {
  it('has none unless asked', () => {
    const { tissueMap } = makePhantom(small({}));
    for (const name of ['mirror-artefact', 'clipping-artefact', 'blink-artefact'] as const) {
      expect(tissueMap.includes(tissueIndex(name)), name).to.be.false;
    }
  });

  it('shows and labels nothing but a blink in a blink frame', () => {
    const phantom = makePhantom(small({ artefacts: { blinkFrames: [3] } }));
    const size = phantom.rows * phantom.columns;
    const frame = (i: number): [number, number] => [i * size, (i + 1) * size];
    const labels = phantom.tissueMap.subarray(...frame(3));
    expect(labels.every((value) => value === tissueIndex('blink-artefact'))).to.be.true;
    expect(phantom.tissueMap.subarray(...frame(2)).includes(labels[0]!)).to.be.false;
    const dark = mean(phantom.voxels.subarray(...frame(3)));
    expect(dark).to.be.below(0.8 * mean(phantom.voxels.subarray(...frame(2))));
  });

  const labelled: readonly [Artefacts, TissueName][] = [
    [{ clipping: true }, 'clipping-artefact'],
    [{ mirror: true }, 'mirror-artefact'],
  ];
  for (const [artefacts, tissue] of labelled) {
    it(`labels ${tissue} at the top of the image`, () => {
      let found = 0;
      for (const seed of [1, 2, 3, 4]) {
        const { tissueMap, rows, columns } = makePhantom(small({ seed, artefacts }));
        tissueMap.forEach((value, i) => {
          if (value !== tissueIndex(tissue)) return;
          found++;
          expect(Math.floor(i / columns) % rows).to.be.below(rows / 2);
        });
      }
      expect(found).to.be.above(200);
    });
  }

  it('darkens the retina when the media are cloudy', () => {
    const clear = makePhantom(small({}));
    const cloudy = makePhantom(small({ artefacts: { opacityDb: 12 } }));
    expect(mean(cloudy.voxels)).to.be.below(0.9 * mean(clear.voxels));
    expect(Buffer.compare(cloudy.tissueMap, clear.tissueMap)).to.equal(0);
  });

  it('paints a tracking wedge without touching the truth', () => {
    const without = makePhantom(small({}));
    const wedge = makePhantom(small({ artefacts: { wedge: 'white' } }));
    const white = (voxels: Uint8Array): number => voxels.filter((value) => value === 255).length;
    expect(white(wedge.voxels)).to.be.above(white(without.voxels) + 500);
    expect(Buffer.compare(wedge.tissueMap, without.tissueMap)).to.equal(0);
  });
});
