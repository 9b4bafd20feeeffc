import { sql } from 'kysely';
import type { Ledger } from './ledger/ledger.js';
import { HOUR } from '../values/units.js';

/** When each calling AE title sent something. */
export class Activity {
  constructor(private readonly ledger: Ledger) {}

  /**
   * The hours since `from` (ms since 1970) in which something was stored of each calling AE title: ms since 1970 over
   * an hour, ascending, each once. They are those in which its associations ended, which the retention keeps; and that
   * of its last object, since an association may stay open for days.
   */
  async hours(from: number): Promise<ReadonlyMap<string, readonly number[]>> {
    const hours = new Map<string, number[]>();
    for (const { title, hour } of await this.hoursQuery(from).execute()) {
      const own = hours.get(title);
      if (own) own.push(hour);
      else hours.set(title, [hour]);
    }
    for (const [title, own] of hours) {
      const row = await this.lastObjectQuery(title).executeTakeFirst();
      const last = Math.floor((row?.last ?? 0) / HOUR);
      if (last > (own.at(-1) ?? 0)) own.push(last);
    }
    return hours;
  }

  hoursQuery(from: number) {
    return this.ledger.reader
      .selectFrom('association')
      .select(['calling_ae_title as title', sql<number>`closed_at / ${sql.lit(HOUR)}`.as('hour')])
      .distinct()
      .where('closed_at', '>=', from)
      .where('stored', '>', 0)
      .orderBy('hour');
  }

  lastObjectQuery(callingAeTitle: string) {
    return this.ledger.reader
      .selectFrom('instance')
      .select(({ fn }) => fn.max('received_at').as('last'))
      .where('calling_ae_title', '=', callingAeTitle);
  }

  /** What somebody has brought since then that was not here before, by study; of one association where it is named. */
  async studiesOf(callingAeTitle: string, since: number, associationId?: string) {
    const received = this.ledger.reader
      .selectFrom('instance')
      .select(({ fn }) => [
        'study_instance_uid',
        'sop_class_uid',
        fn.countAll<number>().as('count'),
      ])
      .where('calling_ae_title', '=', callingAeTitle)
      .where('received_at', '>=', since)
      .groupBy(['study_instance_uid', 'sop_class_uid']);
    const rows = await (
      associationId === undefined ? received : received.where('association_id', '=', associationId)
    ).execute();
    return studiesFrom(
      rows.map((row) => ({
        studyInstanceUid: row.study_instance_uid,
        sopClassUid: row.sop_class_uid,
        count: row.count,
      })),
    );
  }
}

export interface StudyContent {
  readonly studyInstanceUid: string;
  readonly sopClasses: readonly { readonly uid: string; readonly instances: number }[];
}

/** Objects counted by study and SOP class. */
export function studiesFrom(
  objects: readonly {
    readonly studyInstanceUid: string;
    readonly sopClassUid: string;
    readonly count?: number;
  }[],
): readonly StudyContent[] {
  const studies = new Map<string, Map<string, number>>();
  for (const { studyInstanceUid, sopClassUid, count = 1 } of objects) {
    const classes = studies.get(studyInstanceUid) ?? new Map<string, number>();
    classes.set(sopClassUid, (classes.get(sopClassUid) ?? 0) + count);
    studies.set(studyInstanceUid, classes);
  }
  return [...studies].map(([studyInstanceUid, classes]) => ({
    studyInstanceUid,
    sopClasses: [...classes].map(([uid, instances]) => ({ uid, instances })),
  }));
}
