import { expect } from 'chai';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Archive } from '../../src/archive/archive.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, resultObject, scheduleScan, sendObject } from './objects.js';
import { deterministicUid } from '../../src/dicom/uid.js';

const DAY = 86_400_000;
const RECEIVED = Date.parse('2026-01-10T12:00:00Z');
const LATER = RECEIVED + DAY;

describe('archive: retention', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let run = 0;

  beforeEach(() => {
    run += 1;
    archive = openTestArchive(folder(`data ${run}`), { now: () => RECEIVED });
  });
  afterEach(() => archive.close());

  /** All .dcm files of a kind. */
  function files(kind: 'archive' | 'results'): number {
    const root = archive.folder.folder(kind);
    return readdirSync(root).flatMap((day) => readdirSync(join(root, day))).length;
  }

  /** A scan that was read, with results for these destinations. */
  async function readScan(destinations: readonly string[]): Promise<void> {
    await scheduleScan(archive, 'scan');
    const item = await archive.workitems.claim({ owner: 'test', leaseMs: 1000 });
    await archive.workitems.complete(item!, {
      results: [await archive.results.admit(resultObject('a'))],
      destinations,
    });
  }

  async function deliver(...destinations: readonly string[]): Promise<void> {
    for (const destination of destinations) {
      const claimed = await archive.outbox.claim(destination, 10);
      await archive.outbox.settle(
        claimed.map(({ id }) => ({ id, state: 'delivered' as const, status: 0 })),
      );
    }
  }

  it('deletes what is delivered everywhere and past its time, rows and files, and says so', async () => {
    await readScan(['A', 'B']);
    await deliver('A', 'B');
    const result = deterministicUid('test instance', 'result a');
    expect(await archive.retention.run(LATER)).to.deep.equal({ studies: 1, files: 2 });
    expect([files('archive'), files('results')]).to.deep.equal([0, 0]);
    const instance = deterministicUid('test instance', 'scan');
    expect(await archive.instances.find(instance)).to.equal(undefined);
    const [event] = await archive.events.latest(1, 'expired');
    expect([instance, result]).to.include(event!.subjectUid);
    expect(await archive.retention.run(LATER)).to.deep.equal({ studies: 0, files: 0 });
    expect(await archive.recover(), 'nothing is missing').to.deep.include({
      discarded: 0,
      quarantined: 0,
      missing: [],
    });
  });

  it('lets go of what a set in shadow made of it, and of its entry in the index for queries', async () => {
    await scheduleScan(archive, 'scan');
    const item = (await archive.workitems.claim({ owner: 'test', leaseMs: 1000 }))!;
    await archive.workitems.complete(item, {
      results: [await archive.results.admit(resultObject('a'))],
      destinations: ['A'],
    });
    const sets = { active: 'aa'.repeat(32), shadow: 'bb'.repeat(32) };
    const decision = { kind: 'not-assessed', reasons: [] } as const;
    await archive.shadowReadings.want(item.acquisition, sets, decision);
    await archive.shadowReadings.claim(sets.shadow);
    const made = [resultObject('shadow')];
    await archive.shadowReadings.complete(item.acquisition, sets.shadow, decision, made);
    await archive.studyIndex.catchUp();
    await deliver('A');
    expect(await archive.retention.run(LATER)).to.deep.equal({ studies: 1, files: 3 });
    expect(readdirSync(join(archive.folder.root, 'shadow', 'bb'.repeat(8)))).to.deep.equal([]);
    const left = await archive.ledger.reader.selectFrom('indexed_instance').selectAll().execute();
    expect(left).to.deep.equal([]);
  });

  it('keeps what is not past its time', async () => {
    await readScan(['A']);
    await deliver('A');
    expect(await archive.retention.run(RECEIVED)).to.include({ studies: 0 });
  });

  const KEPT: Readonly<Record<string, () => Promise<void>>> = {
    'not delivered to one of two destinations': async () => {
      await readScan(['A', 'B']);
      await deliver('A');
    },
    'delivered to nobody, since there is no destination': () => readScan([]),
    'not read yet': async () => {
      await scheduleScan(archive, 'scan');
    },
    'not assembled yet': async () => {
      await readScan(['A']);
      await deliver('A');
      await sendObject(archive, optDataSet('newcomer'));
    },
    'a delivery that has failed': async () => {
      await readScan(['A']);
      const [claimed] = await archive.outbox.claim('A', 10);
      await archive.outbox.settle([
        {
          id: claimed!.id,
          state: 'failed',
          errorClass: 'permanent',
          status: 0xc000,
          cause: '0xC000',
        },
      ]);
    },
    'a destination that has not committed': async () => {
      await readScan(['A']);
      const [claimed] = await archive.outbox.claim('A', 10);
      await archive.outbox.settle([{ id: claimed!.id, state: 'delivered', commitment: true }]);
    },
    'a subscriber holds a deletion lock on its workitem': async () => {
      await readScan(['A']);
      await deliver('A');
      const [step] = await archive.worklist.list({}, 1, 0);
      const lock = { subscriber: 'WATCHER', target: step!.uid, filter: {}, deletionLock: true };
      await archive.stepSubscriptions.add(lock);
    },
    'a caller that was told that we answer for it': async () => {
      await readScan(['A']);
      await deliver('A');
      const instance = await archive.instances.find(deterministicUid('test instance', 'scan'));
      const { sopClassUid, sopInstanceUid } = instance!;
      await archive.ledger.write(async (tx) => {
        await tx
          .insertInto('commitment_scp')
          .values({
            id: 1,
            transaction_uid: '1.2',
            calling_ae_title: 'SCANNER',
            association_id: 'x',
            called_ae_title: 'OCTRIAGE',
            next_attempt_at: 0,
            requested_at: 0,
            status: null,
            comment: null,
            judged_at: 1,
            reported_at: null,
          })
          .execute();
        await tx
          .insertInto('commitment_scp_instance')
          .values({
            commitment_id: 1,
            position: 0,
            failure_reason: null,
            sop_class_uid: sopClassUid,
            sop_instance_uid: sopInstanceUid,
          })
          .execute();
      });
    },
  };
  for (const [what, prepare] of Object.entries(KEPT)) {
    it(`never deletes: ${what}`, async () => {
      await prepare();
      const before = [files('archive'), files('results')];
      expect(await archive.retention.run(LATER)).to.deep.equal({ studies: 0, files: 0 });
      expect([files('archive'), files('results')]).to.deep.equal(before);
      expect(before[0]).to.be.greaterThan(0);
    });
  }

  it('lets go of what others said of its workitem, and of who only watched it', async () => {
    await readScan(['A']);
    await deliver('A');
    const [step] = await archive.worklist.list({}, 1, 0);
    const watch = { subscriber: 'WATCHER', target: step!.uid, filter: {}, deletionLock: false };
    await archive.stepSubscriptions.add(watch);
    await archive.ledger.write(async (tx) => {
      await tx
        .insertInto('procedure_step')
        .values({ workitem_uid: step!.uid, requested_by: null, performer: null, modified_at: 0 })
        .execute();
    });
    expect(await archive.retention.run(LATER)).to.deep.equal({ studies: 1, files: 2 });
    expect(await archive.worklist.find(step!.uid)).to.equal(undefined);
    expect(await archive.worklist.wasThere(step!.uid)).to.equal(true);
    expect(await archive.stepSubscriptions.list()).to.deep.equal([]);
  });

  it('deletes at the next run the files that a crash had left', async () => {
    await readScan(['A']);
    await deliver('A');
    const { path } = (await archive.instances.find(deterministicUid('test instance', 'scan')))!;
    await archive.ledger.write(async (tx) => {
      await tx
        .insertInto('event')
        .values({
          at: 0,
          subject_kind: 'instance',
          subject_uid: '1.2',
          what: 'expired',
          reason: null,
          detail: JSON.stringify({ file: archive.folder.relative(path) }),
        })
        .execute();
    });
    await archive.retention.run(RECEIVED);
    expect(existsSync(path)).to.equal(false);
  });
});
