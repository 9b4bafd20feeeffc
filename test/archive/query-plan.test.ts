import { expect } from 'chai';
import Database from 'better-sqlite3';
import type { Archive } from '../../src/archive/archive.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive } from './objects.js';

/** The queries that run all day must not read whole tables, nor sort what an index holds in order. */
describe('archive: query plans', () => {
  const folder = temporaryFolder();
  let archive: Archive;

  before(() => {
    archive = openTestArchive(folder('data'));
  });
  after(() => archive.close());

  function plan(query: { compile(): { sql: string; parameters: readonly unknown[] } }): string {
    const { sql, parameters } = query.compile();
    const database = new Database(archive.folder.ledger, { readonly: true });
    try {
      const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters) as {
        detail: string;
      }[];
      return rows.map(({ detail }) => detail).join('; ');
    } finally {
      database.close();
    }
  }

  const cases = [
    ['what is not assembled', 'instance_by_assembly', () => archive.instances.unassembledQuery(10)],
    ['scans in parts that wait', 'instance_by_assembly', () => archive.instances.openPartsQuery()],
    [
      'the next workitem',
      'workitem_by_due',
      () => archive.workitems.topPriorityQuery(archive.ledger.reader),
    ],
    [
      'the next sender and its workitem',
      'workitem_by_due',
      () => archive.workitems.dueQuery(archive.ledger.reader, 0),
    ],
    [
      'expired leases',
      'workitem_by_lease',
      () => archive.workitems.expiredQuery(archive.ledger.reader, 1),
    ],
    [
      'the next delivery',
      'delivery_by_due',
      () => archive.outbox.dueQuery(archive.ledger.reader, 'PACS', 1),
    ],
    [
      'the next urgent delivery',
      'delivery_by_urgency',
      () => archive.outbox.dueQuery(archive.ledger.reader, 'PACS', 1).where('urgent', '=', 1),
    ],
    ['whose report is due', 'commitment_scp_by_due', () => archive.commitmentRequests.dueQuery(1)],
    [
      'what commitment is wanted of',
      'delivery_by_commitment',
      () => archive.commitmentInquiries.dueQuery('wanted', 1),
    ],
    [
      'the last object of a caller',
      'instance_by_caller',
      () => archive.activity.lastObjectQuery('SCANNER'),
    ],
    ['who is to be told', 'notification_by_due', () => archive.notifications.dueQuery(1)],
    ['what is to be verified', 'delivery_by_verification', () => archive.verifications.dueQuery(1)],
  ] as const;

  for (const [what, index, query] of cases) {
    it(`finds ${what} by its index, in order`, () => {
      const found = plan(query());
      expect(found).to.include(index);
      // One row a sender, in the order of their turns.
      const others = found.replace('SCAN device_turn USING COVERING INDEX device_turn_by_time', '');
      expect(others).to.not.match(/SCAN|TEMP B-TREE/);
    });
  }
});
