import { rm } from 'node:fs/promises';
import { sql } from 'kysely';
import type { DataFolder } from './data-folder.js';
import { recordEvent, type Events } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import { shadowFiles } from './shadow-readings.js';

/** At most so many studies a run: the rest waits for the next night. */
const STUDIES_A_RUN = 500;
/** As many files are looked at again, in case the last run was killed between its commit and its deletions. */
const LOOKED_AT_AGAIN = 2000;

/**
 * Studies that may go: nothing of them came since `before`, every instance was decided upon, every scan has ended, there
 * is a result, every result is delivered (committed to and verified where that was asked) wherever it was to go, and we have not
 * told anybody that we answer for their storage. One of these missing, and the study stays (PS3.4 J: a commitment is a
 * promise).
 */
export function expiredStudies(connection: LedgerConnection, before: number) {
  return connection
    .selectFrom('instance as i')
    .select('i.study_instance_uid as study')
    .groupBy('i.study_instance_uid')
    .having((eb) => eb.fn.max('i.received_at'), '<', before)
    .having(sql<number>`SUM(i.assembly_state IN ('pending', 'incomplete'))`, '=', 0)
    .having((eb) =>
      eb.exists(
        eb
          .selectFrom('result as r')
          .select('r.sop_instance_uid')
          .whereRef('r.study_instance_uid', '=', 'i.study_instance_uid'),
      ),
    )
    .having((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('result as r')
            .leftJoin('delivery as d', 'd.result_sop_instance_uid', 'r.sop_instance_uid')
            .select('r.sop_instance_uid')
            .whereRef('r.study_instance_uid', '=', 'i.study_instance_uid')
            .where((row) =>
              row.or([
                row('d.state', 'is', null),
                row('d.state', '!=', 'delivered'),
                row('d.commitment', 'not in', ['none', 'committed']),
                row('d.verification', 'in', ['wanted', 'failed']),
              ]),
            ),
        ),
      ),
    )
    .having((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('acquisition as a')
            .innerJoin('workitem as w', 'w.acquisition_id', 'a.id')
            .select('w.uid')
            .whereRef('a.study_instance_uid', '=', 'i.study_instance_uid')
            .where((row) =>
              row.or([
                row('w.state', 'not in', ['COMPLETED', 'CANCELED']),
                // PS3.4 CC.2.1.3: not deleted while a subscriber holds a deletion lock.
                row.exists(
                  row
                    .selectFrom('step_subscription as s')
                    .select('s.target')
                    .whereRef('s.target', '=', 'w.uid')
                    .where('s.deletion_lock', '=', 1),
                ),
              ]),
            ),
        ),
      ),
    )
    .having((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('commitment_scp_instance as c')
            .innerJoin('instance as own', 'own.sop_instance_uid', 'c.sop_instance_uid')
            .select('c.sop_instance_uid')
            .whereRef('own.study_instance_uid', '=', 'i.study_instance_uid')
            .where('c.failure_reason', 'is', null),
        ),
      ),
    )
    .limit(STUDIES_A_RUN);
}

/** The only files that are ever deleted: received objects, results, and what a set in shadow made. */
const KEPT_FILE = /^(?:(?:archive|results)\/\d{8}\/[0-9a-f-]+|shadow\/[0-9a-f]{16}\/[\w.-]+)\.dcm$/;

/** Lets go of what is delivered and past its time. Nothing else in the program deletes what was acknowledged. */
export class Retention {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
    private readonly events: Events,
    private readonly now: () => number,
  ) {}

  /**
   * @param before instances received before then (ms since 1970) may go
   * @returns how many studies and files went
   */
  async run(before: number): Promise<{ readonly studies: number; readonly files: number }> {
    for (const { detail } of await this.events.latest(LOOKED_AT_AGAIN, 'expired')) {
      await this.remove(String(detail?.['file'] ?? ''));
    }
    const found = await expiredStudies(this.ledger.reader, before).execute();
    let files = 0;
    for (const { study } of found) {
      // Asked again within the transaction: something may have come meanwhile.
      const paths = await this.ledger.write(async (tx) => {
        const still = await expiredStudies(tx, before)
          .where('i.study_instance_uid', '=', study)
          .executeTakeFirst();
        return still === undefined ? [] : this.forget(tx, study);
      });
      for (const path of paths) await this.remove(path);
      files += paths.length;
    }
    return { studies: found.length, files };
  }

  /** The rows go first, with the names of the files on record: a file without a row is found, a row without one is lost. */
  private async forget(tx: LedgerConnection, study: string): Promise<readonly string[]> {
    const results = tx
      .selectFrom('result')
      .select('sop_instance_uid')
      .where('study_instance_uid', '=', study);
    const acquisitions = tx
      .selectFrom('acquisition')
      .select('id')
      .where('study_instance_uid', '=', study);
    const deliveries = tx
      .selectFrom('delivery')
      .select('id')
      .where('result_sop_instance_uid', 'in', results);
    await tx.deleteFrom('commitment_scu_delivery').where('delivery_id', 'in', deliveries).execute();
    await tx.deleteFrom('delivery').where('result_sop_instance_uid', 'in', results).execute();
    const gone: { path: string; uid: string; kind: 'instance' | 'result' | 'acquisition' }[] = [];
    for (const { path, sop_instance_uid: uid } of await tx
      .deleteFrom('result')
      .where('study_instance_uid', '=', study)
      .returning(['path', 'sop_instance_uid'])
      .execute()) {
      gone.push({ path, uid, kind: 'result' });
    }
    for (const table of ['indexed_instance', 'indexed_series', 'indexed_study'] as const) {
      await tx.deleteFrom(table).where('study_instance_uid', '=', study).execute();
    }
    const shadowed = await tx
      .deleteFrom('shadow_reading')
      .where('acquisition_id', 'in', acquisitions)
      .returning('acquisition_id')
      .execute();
    // A row for each set and revision: the files of all of them are found with the first.
    for (const id of new Set(shadowed.map(({ acquisition_id }) => acquisition_id))) {
      for (const path of shadowFiles(this.folder, id)) {
        gone.push({ path, uid: id, kind: 'acquisition' });
      }
    }
    await tx.deleteFrom('eye_choice').where('study_instance_uid', '=', study).execute();
    await tx.deleteFrom('reading').where('study_instance_uid', '=', study).execute();
    const workitems = tx
      .selectFrom('workitem')
      .select('uid')
      .where('acquisition_id', 'in', acquisitions);
    await tx.deleteFrom('step_subscription').where('target', 'in', workitems).execute();
    await tx.deleteFrom('procedure_step').where('workitem_uid', 'in', workitems).execute();
    await tx.deleteFrom('workitem').where('acquisition_id', 'in', acquisitions).execute();
    await tx.deleteFrom('localizer').where('acquisition_id', 'in', acquisitions).execute();
    await tx
      .deleteFrom('acquisition_instance')
      .where('acquisition_id', 'in', acquisitions)
      .execute();
    await tx.deleteFrom('acquisition').where('study_instance_uid', '=', study).execute();
    for (const { path, sop_instance_uid: uid } of await tx
      .deleteFrom('instance')
      .where('study_instance_uid', '=', study)
      .returning(['path', 'sop_instance_uid'])
      .execute()) {
      gone.push({ path, uid, kind: 'instance' });
    }
    for (const { path, uid, kind } of gone) {
      await recordEvent(tx, this.now(), {
        subjectKind: kind,
        subjectUid: uid,
        what: 'expired',
        detail: { file: path },
      });
    }
    return gone.map(({ path }) => path);
  }

  private async remove(path: string): Promise<void> {
    if (!KEPT_FILE.test(path)) return;
    await rm(this.folder.absolute(path), { force: true });
  }
}
