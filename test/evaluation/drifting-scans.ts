import { readFileSync } from 'node:fs';
import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { openCanonicalGrid } from '../../src/inference/canonical-grid.js';
import { modelContractSchema } from '../../src/inference/manifest.js';
import { namedStatistics, ScanLook } from '../../src/inference/scan-statistics.js';
import { assessQuality } from '../../src/quality/assess-quality.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import type { ReadScan } from '../../src/values/scan-figures.js';

const { canonicalGrid, normalisation } = modelContractSchema.parse(
  JSON.parse(readFileSync(new URL('../../models/training/contract.json', import.meta.url), 'utf8')),
);

/**
 * A scan of one device as the ledger keeps its figures, without the networks: an eye of the training's mixture.
 * @param lostDb light that the device has lost (below 0: gained)
 */
export function scanOf(seed: number, dress: DressId, lostDb = 0): ReadScan {
  const { appearance } = DRESSES[dress];
  const size = { frames: 10, rows: 132, columns: 64 };
  const drawn = drawSpecification(seed, {
    ...size,
    appearances: [appearance],
    randomise: false,
    artefacts: false,
  });
  const phantom = makePhantom({ ...drawn, artefacts: { opacityDb: lostDb } });
  const volume: OctVolume = {
    ...phantom,
    frameNumbers: Array.from({ length: size.frames }, (_, i) => i + 1),
    profile: { id: dress, because: 'test', evidence: 'phantom-only' },
    steps: [],
  };
  const { range, placement, write } = openCanonicalGrid(volume, canonicalGrid, normalisation);
  const look = new ScanLook(placement);
  const bscan = new Float32Array(placement.rows * placement.columns);
  for (let frame = 0; frame < volume.frames; frame++) {
    write(frame, bscan);
    look.add(bscan);
  }
  const quality = assessQuality(volume);
  return {
    acquisitionId: `${dress} ${seed}`,
    revision: 1,
    sopInstanceUid: `1.2.${seed}`,
    callingAeTitle: 'SCANNER',
    profile: dress,
    modelSet: 'aa',
    readAt: seed,
    grade: quality.grade,
    failedCriteria: [],
    decision: quality.assessable ? phantom.referral : 'QUALITY_INSUFFICIENT',
    measures: {
      ...Object.fromEntries(quality.criteria.map(({ code, value }) => [code, value])),
      ...range,
      ...namedStatistics(look.finish()),
    },
  };
}
