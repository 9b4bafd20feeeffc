import type { Selectable } from 'kysely';
import type { OpenGroup } from '../values/assembly-outcome.js';
import type { StoredInstance } from '../values/stored-instance.js';
import type { DataFolder } from './data-folder.js';
import { recordEvent } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { AssemblyState, InstanceTable } from './ledger/schema.js';

/** What becomes of a newcomer: `stored` is what is on record under its UID, itself or the one before it. */
export interface Admission {
  readonly kind: 'new' | 'duplicate' | 'conflict';
  readonly stored: StoredInstance;
}

/** A received instance before it is on record. */
export interface Newcomer {
  readonly instance: StoredInstance;
  readonly calledAeTitle: string;
  readonly associationId: string;
}

/** The received SOP instances: one row for each, never overwritten (R2, R3). */
export class Instances {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
  ) {}

  async find(sopInstanceUid: string): Promise<StoredInstance | undefined> {
    const row = await this.ledger.reader
      .selectFrom('instance')
      .selectAll()
      .where('sop_instance_uid', '=', sopInstanceUid)
      .executeTakeFirst();
    return row && this.toInstance(row);
  }

  /** The associations that brought these instances of a study, that of the last one first. */
  async associationsOf(
    studyInstanceUid: string,
    sopInstanceUids: readonly string[],
  ): Promise<readonly string[]> {
    const rows = await this.ledger.reader
      .selectFrom('instance')
      .select(['sop_instance_uid', 'association_id'])
      .where('study_instance_uid', '=', studyInstanceUid)
      .orderBy('received_at', 'desc')
      .execute();
    const wanted = new Set(sopInstanceUids);
    const found = rows.filter((row) => wanted.has(row.sop_instance_uid));
    return [...new Set(found.map((row) => row.association_id))].filter((id) => id !== '');
  }

  /** What became of an instance on its way to an acquisition, and why. */
  async assemblyOf(
    sopInstanceUid: string,
  ): Promise<{ state: AssemblyState; reason: string | undefined } | undefined> {
    const row = await this.ledger.reader
      .selectFrom('instance')
      .select(['assembly_state', 'assembly_reason'])
      .where('sop_instance_uid', '=', sopInstanceUid)
      .executeTakeFirst();
    return row && { state: row.assembly_state, reason: row.assembly_reason ?? undefined };
  }

  /** Acknowledged, but not yet decided upon: what the assembly has to do, oldest first. */
  async unassembled(limit = 1000): Promise<readonly StoredInstance[]> {
    const rows = await this.unassembledQuery(limit).execute();
    return rows.map((row) => this.toInstance(row));
  }

  /** The query of `unassembled`, for the test of its plan. */
  unassembledQuery(limit: number) {
    return this.ledger.reader
      .selectFrom('instance')
      .selectAll()
      .where('assembly_state', '=', 'pending')
      .orderBy('received_at')
      .limit(limit);
  }

  /** The instances of a study that are of one of these SOP classes. */
  async ofStudy(
    studyInstanceUid: string,
    sopClassUids: readonly string[],
  ): Promise<readonly StoredInstance[]> {
    const rows = await this.ledger.reader
      .selectFrom('instance')
      .selectAll()
      .where('study_instance_uid', '=', studyInstanceUid)
      .where('sop_class_uid', 'in', sopClassUids)
      .execute();
    return rows.map((row) => this.toInstance(row));
  }

  /** Scans in parts of which an instance is in no acquisition yet, with all their instances. */
  async openGroups(): Promise<readonly OpenGroup[]> {
    const { reader } = this.ledger;
    const open = await this.openPartsQuery().execute();
    const groups: OpenGroup[] = [];
    for (const group of new Set(open.flatMap(({ part_of }) => part_of ?? []))) {
      const rows = await reader
        .selectFrom('instance')
        .selectAll()
        .where('part_of', '=', group)
        .execute();
      const parts = rows.map((row) => ({
        instance: this.toInstance(row),
        associationId: row.association_id,
      }));
      groups.push({ group, parts });
    }
    return groups;
  }

  /** The query that finds open groups, for the test of its plan. */
  openPartsQuery() {
    return this.ledger.reader
      .selectFrom('instance')
      .select('part_of')
      .where('assembly_state', '=', 'incomplete');
  }

  /** Commits a newcomer whose file is durable. The one place that decides between new, duplicate and conflict. */
  async admit(newcomer: Newcomer): Promise<Admission> {
    return this.ledger.write(async (tx) => {
      if (await this.insert(tx, newcomer)) return { kind: 'new', stored: newcomer.instance };
      const known = await tx
        .selectFrom('instance')
        .selectAll()
        .where('sop_instance_uid', '=', newcomer.instance.sopInstanceUid)
        .executeTakeFirstOrThrow();
      const kind = known.digest === newcomer.instance.digest ? 'duplicate' : 'conflict';
      return { kind, stored: this.toInstance(known) };
    });
  }

  /** False, and nothing changed, where the UID is on record. */
  private async insert(
    tx: LedgerConnection,
    { instance, calledAeTitle, associationId }: Newcomer,
  ): Promise<boolean> {
    const at = Date.parse(instance.receivedAt);
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('instance')
      .values({
        sop_instance_uid: instance.sopInstanceUid,
        sop_class_uid: instance.sopClassUid,
        series_instance_uid: instance.seriesInstanceUid,
        study_instance_uid: instance.studyInstanceUid,
        transfer_syntax_uid: instance.transferSyntaxUid,
        digest: instance.digest,
        path: this.folder.relative(instance.path),
        byte_length: instance.byteLength,
        calling_ae_title: instance.callingAeTitle,
        called_ae_title: calledAeTitle,
        peer_address: instance.peerAddress,
        association_id: associationId,
        received_at: at,
        assembly_reason: null,
        part_of: null,
      })
      .onConflict((conflict) => conflict.column('sop_instance_uid').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return false;
    await recordEvent(tx, at, {
      subjectKind: 'instance',
      subjectUid: instance.sopInstanceUid,
      what: 'received',
      detail: {
        from: instance.callingAeTitle,
        digest: instance.digest,
        bytes: instance.byteLength,
        association: associationId,
      },
    });
    return true;
  }

  toInstance(row: Selectable<InstanceTable>): StoredInstance {
    return {
      sopInstanceUid: row.sop_instance_uid,
      sopClassUid: row.sop_class_uid,
      seriesInstanceUid: row.series_instance_uid,
      studyInstanceUid: row.study_instance_uid,
      transferSyntaxUid: row.transfer_syntax_uid,
      digest: row.digest,
      path: this.folder.absolute(row.path),
      byteLength: row.byte_length,
      callingAeTitle: row.calling_ae_title,
      peerAddress: row.peer_address,
      receivedAt: new Date(row.received_at).toISOString(),
    };
  }
}
