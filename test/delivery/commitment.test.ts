import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive } from '../../src/archive/archive.js';
import { CommitmentRunner } from '../../src/delivery/commitment-runner.js';
import { DeliveryRunner } from '../../src/delivery/delivery-runner.js';
import type { SendOutcome } from '../../src/delivery/outcome-table.js';
import type { BackOff } from '../../src/delivery/retry-table.js';
import type { CommitmentRequest } from '../../src/values/storage-commitment.js';
import { openTestArchive, resultObject, scheduleScan } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BACK_OFF: BackOff = { initialMs: 20, factor: 2, maxMs: 80, jitter: 0, maxAttempts: 20 };
const SUCCESS: SendOutcome = { kind: 'answered', status: 0 };
const failure = (kind: 'transient' | 'ambiguous' | 'permanent'): SendOutcome => ({
  kind: 'failed',
  failure: kind,
  code: 'OCT_DIMSE_TEST',
  reason: 'as the test wants',
});

describe('delivery: storage commitment of what was delivered', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let delivery: DeliveryRunner<{ readonly name: string; readonly commitment?: string }>;
  let commitment: CommitmentRunner;
  let run = 0;
  let outcomes: SendOutcome[] = [];
  const asked: CommitmentRequest[] = [];
  const givenUp: string[] = [];

  function start(reportTimeout = 10_000): void {
    commitment = new CommitmentRunner({
      inquiries: archive.commitmentInquiries,
      ask: (_destination, request) => {
        asked.push(request);
        return Promise.resolve(outcomes.shift() ?? SUCCESS);
      },
      onGivenUp: (_destination, uids) => givenUp.push(...uids),
      reportTimeout,
      backOff: BACK_OFF,
    });
    delivery = new DeliveryRunner({
      destinations: [{ name: 'PACS', commitment: 'same-association' }, { name: 'OTHER' }],
      outbox: archive.outbox,
      send: (_destination, instances) => Promise.resolve(instances.map(() => SUCCESS)),
      onSettled: () => {
        commitment.notify();
      },
      backOff: BACK_OFF,
    });
    delivery.start();
    commitment.notify();
  }

  beforeEach(async () => {
    run += 1;
    outcomes = [];
    asked.length = 0;
    givenUp.length = 0;
    archive = openTestArchive(folder(`data ${run}`));
    await scheduleScan(archive, `scan ${run}`);
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    const results = [
      await archive.results.admit(resultObject(`${run} seg`, 'segmentation')),
      await archive.results.admit(resultObject(`${run} sr`)),
    ];
    await archive.workitems.complete(claim, { results, destinations: ['PACS', 'OTHER'] });
  });
  afterEach(async () => {
    await delivery.stop();
    await commitment.stop();
    await archive.close();
  });

  const states = async (destination = 'PACS') =>
    (await archive.outbox.list())
      .filter((one) => one.destination === destination)
      .map((one) => one.commitment);
  async function until(...wanted: readonly string[]): Promise<void> {
    for (let waited = 0; (await states()).join() !== wanted.join(); waited += 5) {
      if (waited > 5000) throw new Error(`waited in vain: ${(await states()).join()}`);
      await sleep(5);
    }
  }
  const events = async (what: 'committed' | 'commitment-failed') =>
    (await archive.events.latest(100, what)).length;

  it('is asked for where the destination wants it, all objects in one request', async () => {
    start();
    await until('asked', 'asked');
    expect(asked).to.have.length(1);
    expect(asked[0]?.instances).to.have.length(2);
    expect(await states('OTHER')).to.deep.equal(['none', 'none']);
  });

  it('R35: follows the report object by object; the same report again changes nothing', async () => {
    start();
    await until('asked', 'asked');
    const [request] = asked;
    const [first, second] = request!.instances;
    const report = {
      transactionUid: request!.transactionUid,
      committed: [first!],
      failed: [{ ...second!, reason: 0x0112 }],
    };
    expect(await archive.commitmentInquiries.report(report)).to.deep.include({ changed: 2 });
    expect(await archive.commitmentInquiries.report(report)).to.deep.include({ changed: 0 });
    await until('committed', 'failed');
    expect(await events('committed')).to.equal(1);
    expect(await events('commitment-failed')).to.equal(1);
    const [, failed] = (await archive.outbox.list()).filter((one) => one.destination === 'PACS');
    expect(failed?.commitmentReason).to.equal('Failure Reason 0x0112');
  });

  it('does not know a report to what was never asked', async () => {
    start();
    const report = { transactionUid: '1.2.3', committed: [], failed: [] };
    expect(await archive.commitmentInquiries.report(report)).to.be.undefined;
  });

  it('asks again with back-off until the destination takes it', async () => {
    outcomes = [failure('transient'), { kind: 'answered', status: 0x0213 }, failure('transient')];
    start();
    await until('asked', 'asked');
    expect(asked).to.have.length(4);
    expect(new Set(asked.map(({ transactionUid }) => transactionUid)).size).to.equal(4);
  });

  it('is visibly failed where the destination does not know the service', async () => {
    outcomes = [failure('permanent')];
    start();
    await until('failed', 'failed');
    expect(asked).to.have.length(1);
    expect(await events('commitment-failed')).to.equal(2);
  });

  it('gives up visibly after three requests without a report, and a late report still counts', async () => {
    outcomes = [failure('transient'), failure('ambiguous')];
    start(30);
    await until('failed', 'failed');
    expect(asked, 'one that was not taken, three without a report').to.have.length(4);
    expect(givenUp).to.have.length(2);
    const { transactionUid, instances } = asked[1]!;
    await archive.commitmentInquiries.report({ transactionUid, committed: instances, failed: [] });
    expect(await states()).to.deep.equal(['committed', 'committed']);
  });

  it('asks anew at the next start where a stop left the request without an answer', async () => {
    start();
    await until('asked', 'asked');
    await delivery.stop();
    await commitment.stop();
    await archive.ledger.write(async (tx) => {
      await tx
        .updateTable('delivery')
        .set({ commitment: 'asking' })
        .where('destination', '=', 'PACS')
        .execute();
    });
    await archive.recover();
    start();
    await until('asked', 'asked');
    expect(asked).to.have.length(2);
  });

  it('starts anew when an operator has it sent again', async () => {
    outcomes = [failure('permanent')];
    start();
    await until('failed', 'failed');
    const [first] = (await archive.outbox.list()).filter((one) => one.destination === 'PACS');
    expect(await archive.deliveries.replay({ ids: [first!.id] })).to.equal(1);
    delivery.notify();
    await until('asked', 'failed');
  });
});
