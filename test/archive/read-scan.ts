import type { Random } from '../../fixtures/phantom/random.js';
import type { Archive } from '../../src/archive/archive.js';
import { recordFigures, type ReadDevice } from '../../src/archive/scan-history.js';
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

/**
 * Puts scans of a device on record of which nothing but their light is measured, a second after the other.
 * @param at ms since 1970, before the first
 */
export async function recordLight(
  archive: Archive,
  random: Random,
  { callingAeTitle, profile, modelSet }: ReadDevice & { readonly modelSet: string },
  { count, light, at }: { readonly count: number; readonly light: number; readonly at: number },
): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const readAt = at + 1000 * i;
    const measures = { bright: random.normal(light, 1), mean: random.normal(0, 1) };
    const scan = {
      acquisitionId: `${readAt}`,
      revision: 1,
      sopInstanceUid: `1.${readAt}`,
      receivedAt: '',
      decision: 'routine',
      device: '',
    };
    await archive.ledger.write(async (tx) => {
      await recordFigures(tx, readAt, scan, { profile, modelSet, failedCriteria: [], measures });
      await tx
        .updateTable('scan_figures')
        .set({ calling_ae_title: callingAeTitle })
        .where('acquisition_id', '=', scan.acquisitionId)
        .execute();
    });
  }
}
