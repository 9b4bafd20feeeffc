import { expect } from 'chai';
import { join } from 'node:path';
import { freePort } from '../../fixtures/free-port.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { hashPassword } from '../../src/config/user.js';
import { METRICS } from '../../src/operations/metrics-table.js';
import { echo } from '../../src/dimse/sender.js';
import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from '../../src/dicom/uids.js';
import { startListener, type Listener } from '../../src/dimse/listener.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';

describe('metrics and /readyz of a running node', function () {
  this.timeout(120_000);
  let node: NodeProcess;
  let refusing: Listener;

  before(async () => {
    refusing = await startListener({
      bind: '127.0.0.1',
      port: 0,
      aeTitle: 'PACS',
      maxPduLength: 131_072,
      maxAssociations: 4,
      accepted: { sopClasses: SOP_CLASSES_ACCEPTED, transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED },
      admit: () => ({ admitted: true }),
      store: { begin: () => Promise.resolve({ status: 0xa900 }) },
      onEvent: () => undefined,
    });
    const hash = await hashPassword('pass word');
    node = await NodeProcess.prepare({
      OCTRIAGE_CALLERS: 'SCANNER@127.0.0.1',
      OCTRIAGE_DESTINATIONS: `PACS=PACS@127.0.0.1:${refusing.port}`,
      OCTRIAGE_USERS: `watcher:machine:${hash},reader:viewer:${hash}`,
      OCTRIAGE_MINIMUM_FREE_DISK: '1',
      OCTRIAGE_TRACES_ENDPOINT: `http://127.0.0.1:${await freePort()}/v1/traces`,
    });
    await node.start();
  });
  after(async () => {
    await (refusing as Listener | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  const url = (path: string) => `http://127.0.0.1:${node.httpPort}${path}`;
  const as = (name: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`${name}:pass word`).toString('base64')}` },
  });

  /** Series by name and labels, as Prometheus would read them. */
  async function scrape(): Promise<Map<string, number>> {
    const text = await (await fetch(url('/metrics'), as('watcher'))).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const [, series = '', value = ''] = /^(\S+) (\S+)$/.exec(line) ?? [];
        return [series, Number(value)];
      }),
    );
  }

  it('tell what came in, what was read, and what could not be delivered', async () => {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      { dress: 'heidelberg-spectralis', phantom: { seed: 5, laterality: 'R', pathologies: [] } },
    ]);
    const sent = await run(process.execPath, [
      ...[MAIN, 'send', file!.path, '--from', 'SCANNER'],
      ...['--to', `OCTRIAGE@127.0.0.1:${node.dimsePort}`],
    ]);
    expect(sent.code, sent.stderr).to.equal(0);
    await echo(
      {
        host: '127.0.0.1',
        port: node.dimsePort,
        calledAeTitle: 'OCTRIAGE',
        callingAeTitle: 'STRANGER',
      },
      {},
    );
    await fetch(`http://127.0.0.1:${node.dimsePort}/`).catch(() => undefined);
    let seen = new Map<string, number>();
    await node.waitUntil('failed delivery', async () => {
      seen = await scrape();
      return seen.has('octriage_deliveries{destination="PACS",state="failed"}');
    });
    expect(seen.get('octriage_associations_total{event="accepted"}')).to.equal(1);
    expect(seen.get('octriage_associations_total{event="released"}')).to.equal(1);
    expect(seen.get('octriage_associations_open')).to.equal(0);
    expect(seen.get('octriage_refusals_total{lack="callingAeTitleNotRecognised"}')).to.equal(1);
    expect(seen.get('octriage_refusals_total{lack="notDicom"}')).to.equal(1);
    expect(seen.get('octriage_instances_total{status="0x0000"}')).to.equal(1);
    expect(seen.get('octriage_stored_bytes_total')).to.be.within(
      file!.bytes.length - 1000,
      file!.bytes.length,
    );
    expect(seen.get('octriage_workitems{state="COMPLETED"}')).to.equal(1);
    expect(seen.get('octriage_attempts_total{outcome="read"}')).to.equal(1);
    for (const stage of ['volume', 'inference', 'results', 'total']) {
      expect(seen.get(`octriage_stage_seconds_count{stage="${stage}"}`), stage).to.equal(1);
    }
    const sums = ['volume', 'quality', 'inference', 'referral', 'results'].map(
      (stage) => seen.get(`octriage_stage_seconds_sum{stage="${stage}"}`) ?? 0,
    );
    const total = seen.get('octriage_stage_seconds_sum{stage="total"}') ?? 0;
    const sum = sums.reduce((a, b) => a + b);
    expect(sum, 'stages are parts of the whole').to.be.within(total * 0.5, total);
    expect(seen.get('octriage_disk_free_bytes')).to.be.greaterThan(1e6);
    expect(seen.get('octriage_event_loop_delay_seconds{quantile="0.99"}')).to.be.within(0, 10);
    expect(seen.get('octriage_workers_ready')).to.equal(1);
    expect(
      [...seen.keys()].some((key) => key.includes('certificate')),
      'there is none',
    ).to.be.false;
  });

  it('count the spans that a collector does not take, which keeps nobody waiting', async () => {
    await node.waitUntil('dropped', async () => {
      const dropped = (await scrape()).get('octriage_trace_spans_dropped') ?? 0;
      // An association, its instance, the assembly, the workitem, five stages and two deliveries.
      return dropped >= 11;
    });
    expect(node.output.match(/the trace collector does not take spans/g)).to.have.length(1);
  });

  it('are all in the table, which has no other', async () => {
    const text = await (await fetch(url('/metrics'), as('watcher'))).text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    expect(types).to.have.deep.members(
      Object.values(METRICS).map(({ name, type }) => [name, type]),
    );
  });

  it('R36: are for those who may read metrics', async () => {
    expect((await fetch(url('/metrics'))).status).to.equal(401);
    expect((await fetch(url('/metrics'), as('reader'))).status).to.equal(403);
    expect((await fetch(url('/metrics'), as('watcher'))).status).to.equal(200);
  });

  it('R30: /readyz stays ready and names what wants attention, without names and addresses', async () => {
    let answer = { status: '', degraded: [] as { name: string; reason: string }[] };
    await node.waitUntil('degraded', async () => {
      const response = await fetch(url('/readyz'));
      expect(response.status).to.equal(200);
      answer = (await response.json()) as typeof answer;
      return answer.degraded.length > 0;
    });
    expect(answer.status).to.equal('ready');
    expect(answer.degraded.map(({ name }) => name)).to.deep.equal(['deliveries']);
    expect(answer.degraded[0]?.reason).to.match(/^[12] deliveries have failed for good$/);
  });
});
