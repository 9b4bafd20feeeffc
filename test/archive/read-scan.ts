import type { Archive } from '../../src/archive/archive.js';
import type { Attributes } from '../../src/dicom/data-set.js';
import { bestScan } from '../../src/referral/best-scan.js';
import type { ScanFigures } from '../../src/values/scan-figures.js';
import type { ScanReading } from '../../src/values/scan-reading.js';
import type { ClaimedWorkitem } from '../../src/values/workitem.js';
import { resultObject, scheduleScan } from './objects.js';

export const FIGURES: ScanFigures = {
  profile: 'heidelberg-spectralis-volume',
  modelSet: 'aa'.repeat(32),
  failedCriteria: [],
  measures: { Q01: 100, distance: 1 },
};

/** A scan that was received, read and reported, as the ledger sees it. */
export async function readScan(
  archive: Archive,
  name: string,
  changes: Partial<ScanReading> = {},
  attributes: Attributes = {},
): Promise<ClaimedWorkitem> {
  await scheduleScan(archive, name, attributes);
  const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 60_000 }))!;
  const { id, revision, instances } = claim.acquisition;
  const scan: ScanReading = {
    acquisitionId: id,
    revision,
    sopInstanceUid: instances[0]!.sopInstanceUid,
    receivedAt: instances[0]!.receivedAt,
    grade: 'acceptable',
    decision: 'routine',
    device: 'matched Test because of the test',
    figures: FIGURES,
    ...changes,
  };
  const results = [await archive.results.admit(resultObject(name))];
  const reading = { scan, choose: bestScan };
  await archive.workitems.complete(claim, { results, destinations: [], reading });
  return claim;
}
