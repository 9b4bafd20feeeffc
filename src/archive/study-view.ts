import { sopClass } from '../dicom/uids.js';
import type { ScanReading } from '../values/scan-reading.js';
import type { Acquisitions } from './acquisitions.js';
import type { Ledger } from './ledger/ledger.js';
import type { AssemblyState } from './ledger/schema.js';
import type { Readings } from './readings.js';

/** A scan of a study: its newest revision. */
export interface ScanOfStudy {
  readonly acquisitionId: string;
  readonly revision: number;
  readonly instances: number;
  /** Why it counts as complete. */
  readonly completeBecause: string;
  readonly localizer: { readonly sopInstanceUid: string; readonly because: string } | undefined;
  /** Absent until it has been read. */
  readonly reading: ScanReading | undefined;
  /** Why it stands for its eye; absent where another scan does, or none was read. */
  readonly chosenBecause: string | undefined;
}

/** Anything else that came in a study: pictures, documents, raw data, results of others, parts that wait. */
export interface OtherOfStudy {
  readonly sopInstanceUid: string;
  readonly sopClassName: string;
  readonly state: AssemblyState;
  /** What it is taken for, in words. */
  readonly reason: string;
}

/** All that is known of a study, side by side; for the console and tests. */
export class StudyView {
  constructor(
    private readonly ledger: Ledger,
    private readonly acquisitions: Acquisitions,
    private readonly readings: Readings,
  ) {}

  async find(studyInstanceUid: string): Promise<{
    readonly scans: readonly ScanOfStudy[];
    readonly others: readonly OtherOfStudy[];
  }> {
    const scans = [];
    for (const { id, revision, instances, completeBecause } of await this.acquisitions.ofStudy(
      studyInstanceUid,
    )) {
      const reading = await this.readings.find(id);
      const choice =
        reading?.laterality && (await this.readings.choiceOf(studyInstanceUid, reading.laterality));
      scans.push({
        acquisitionId: id,
        revision,
        instances: instances.length,
        completeBecause,
        localizer: await this.acquisitions.localizerOf(id),
        reading,
        chosenBecause: choice?.acquisitionId === id ? choice.because : undefined,
      });
    }
    const rows = await this.ledger.reader
      .selectFrom('instance')
      .select(['sop_instance_uid', 'sop_class_uid', 'assembly_state', 'assembly_reason'])
      .where('study_instance_uid', '=', studyInstanceUid)
      .where('assembly_state', '!=', 'assembled')
      .orderBy('received_at')
      .execute();
    const others = rows.map((row) => ({
      sopInstanceUid: row.sop_instance_uid,
      sopClassName: sopClass(row.sop_class_uid)?.name ?? 'unknown SOP class',
      state: row.assembly_state,
      reason: row.assembly_reason ?? '',
    }));
    return { scans, others };
  }
}
