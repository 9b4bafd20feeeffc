import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { readPart10 } from '../../src/dicom/part10.js';
import { spanIdOf, traceIdOf } from '../../src/operations/traces.js';
import { CANARY, CANARY_PATTERN } from '../support/canary.js';
import { OtlpCollector, type CollectedSpan } from '../support/otlp-collector.js';
import { storescu } from '../support/storescu.js';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

describe('traces of a running node', function () {
  this.timeout(60_000);
  let collector: OtlpCollector;
  let pacs: Receiver;
  let node: NodeProcess;

  before(async () => {
    collector = await OtlpCollector.start();
    node = await NodeProcess.prepare();
    pacs = await startReceiver('PACS', join(node.folder, 'pacs'));
  });
  after(async () => {
    collector.close();
    await (pacs as Receiver | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  async function startLife(workers: number): Promise<void> {
    node = await NodeProcess.prepare(
      {
        OCTRIAGE_TRACES_ENDPOINT: collector.endpoint,
        OCTRIAGE_WORKERS: String(workers),
        OCTRIAGE_DESTINATIONS: `PACS=PACS@127.0.0.1:${pacs.port}`,
      },
      node.folder,
    );
    await node.start(workers === 0 ? '/healthz' : '/readyz');
  }

  const spans = (name: string) => collector.spans.filter((span) => span.name === name);
  const one = (name: string): CollectedSpan => {
    expect(spans(name), name).to.have.length(1);
    return spans(name)[0]!;
  };
  const collected = (name: string, count = 1) =>
    node.waitUntil(name, () => Promise.resolve(spans(name).length >= count));

  it('one trace from association to delivery, over a worker and over a node that was killed', async () => {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis' as const,
        patient: CANARY,
        phantom: { seed: 5, laterality: 'R', pathologies: [] },
      },
    ]);
    const study = readPart10(readFileSync(file!.path)).dataSet.text('StudyInstanceUID')!;
    await startLife(0);
    expect(await storescu(node.dimsePort, file!.path)).to.equal(true);
    for (const name of ['association', 'instance', 'assembly']) await collected(name);
    await node.kill();
    await startLife(1);
    await collected('delivery', 2);
    await node.stop();

    for (const { traceId, service } of collector.spans)
      expect([traceId, service]).to.deep.equal([traceIdOf(study), 'octriage']);
    const [association, workitem] = [one('association'), one('workitem')];
    const associationId = association.attributes['octriage.associationId'] as string;
    const workitemUid = workitem.attributes['octriage.workitemUid'] as string;
    expect(association.spanId).to.equal(spanIdOf(study, ['association', associationId]));
    expect(association.parentSpanId ?? '').to.equal('');
    for (const child of [one('instance'), one('assembly'), workitem])
      expect(child.parentSpanId, child.name).to.equal(association.spanId);
    const stages = ['volume', 'quality', 'inference', 'referral', 'results'].map(one);
    for (const child of [...stages, ...spans('delivery')])
      expect(child.parentSpanId, child.name).to.equal(workitem.spanId);
    expect(spans('delivery').map(({ status }) => status?.code ?? 0)).to.deep.equal([0, 0]);
    expect(one('assembly').attributes['octriage.workitemUid']).to.equal(workitemUid);

    const way = [association, workitem, ...spans('delivery')].map(startOf);
    expect(way, 'in the order of the way').to.deep.equal([...way].sort((a, b) => a - b));
    for (const stage of stages) {
      expect(startOf(stage), stage.name).to.be.at.least(startOf(workitem));
      expect(endOf(stage), stage.name).to.be.within(startOf(stage), endOf(workitem));
    }
    const sum = stages.reduce((all, stage) => all + endOf(stage) - startOf(stage), 0);
    const whole = endOf(workitem) - startOf(workitem);
    expect(sum, 'stages are parts of the whole').to.be.within(whole * 0.5, whole);

    expect(node.output, 'the log has the same ids').to.contain(workitemUid);
  });

  it('R36: say nothing of the patient, and only what the log may say', () => {
    expect(collector.bodies.length).to.be.greaterThan(1);
    expect(collector.bodies.filter((body) => CANARY_PATTERN.test(body))).to.deep.equal([]);
  });

  it('load nothing where there is no endpoint', async () => {
    const program = `
      import { createRequire } from 'node:module';
      await import('${DIST}node.js');
      const { tracesOf } = await import('${DIST}joints/trace.js');
      for (const tracesEndpoint of ['', '${collector.endpoint}']) {
        await tracesOf({ tracesEndpoint }, {});
        const loaded = Object.keys(createRequire('${DIST}').cache);
        console.log(loaded.filter((path) => /@opentelemetry.(sdk|exporter)/.test(path)).length);
      }`;
    const args = ['--input-type=module', '-e', program];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const [off, on] = stdout.split('\n').map(Number);
    expect(off).to.equal(0);
    expect(on, 'the search finds it where it is').to.be.greaterThan(0);
  });
});

const startOf = ({ startTimeUnixNano }: CollectedSpan): number => Number(startTimeUnixNano) / 1e6;
const endOf = ({ endTimeUnixNano }: CollectedSpan): number => Number(endTimeUnixNano) / 1e6;
