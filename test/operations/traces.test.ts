import { expect } from 'chai';
import {
  attributesOf,
  spanIdOf,
  startTraces,
  traceIdOf,
  type SpanFields,
  type SpanRecord,
  type Traces,
} from '../../src/operations/traces.js';
import { CANARY_PATTERN } from '../support/canary.js';
import { OtlpCollector } from '../support/otlp-collector.js';

const SPAN: SpanRecord = {
  name: 'instance',
  kind: 'internal',
  trace: '1.2.3',
  parent: ['association', 'a'],
  from: 1_700_000_000_123.25,
  to: 1_700_000_001_000,
  fields: { bytes: 7, status: '0x0000' },
};

describe('traces on their way to a collector', function () {
  this.timeout(20_000);
  let collector: OtlpCollector;
  let traces: Traces | undefined;

  beforeEach(async () => {
    collector = await OtlpCollector.start();
    traces = undefined;
  });
  afterEach(async () => {
    collector.close();
    await traces?.stop();
  });

  async function until(holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!holds() && Date.now() < deadline) await new Promise((go) => setTimeout(go, 20));
    expect(holds()).to.equal(true);
  }

  it('arrive with the ids that their words give, in every process the same', async () => {
    traces = await startTraces(collector.endpoint);
    traces.record(SPAN);
    const key = ['association', 'a'] as const;
    traces.record({ ...SPAN, name: 'association', key, parent: undefined, failed: true });
    await traces.stop();
    const [instance, association] = collector.spans;
    expect(instance).to.deep.include({
      traceId: traceIdOf('1.2.3'),
      parentSpanId: spanIdOf('1.2.3', key),
      service: 'octriage',
      startTimeUnixNano: '1700000000123250000',
      endTimeUnixNano: '1700000001000000000',
      attributes: { 'octriage.bytes': 7, 'octriage.status': '0x0000' },
    });
    expect(association?.spanId).to.equal(instance?.parentSpanId);
    expect(association?.parentSpanId ?? '').to.equal('');
    expect([instance?.status?.code, association?.status?.code]).to.deep.equal([0, 2]);
    expect(traceIdOf('1.2.3')).to.match(/^[\da-f]{32}$/);
    expect(traceIdOf('1.2.4')).not.to.equal(traceIdOf('1.2.3'));
    expect(spanIdOf('1.2.3', ['workitem', 'a'])).not.to.equal(spanIdOf('1.2.3', key));
  });

  it('R36: carry what the table of fields names and nothing else', () => {
    const smuggled = {
      sopInstanceUid: '1.2',
      attempts: 2,
      code: undefined,
      reason: 'Zzcanary^Kanarienvogel',
      patientName: 'Zzcanary^Kanarienvogel',
    } as SpanFields;
    const attributes = attributesOf(smuggled);
    expect(attributes).to.deep.equal({ 'octriage.sopInstanceUid': '1.2', 'octriage.attempts': 2 });
    expect(JSON.stringify(attributes)).not.to.match(CANARY_PATTERN);
  });

  it('wait for a collector that never answers in a queue with an end, and keep no stop waiting', async () => {
    collector.answer = () => undefined;
    traces = await startTraces(collector.endpoint);
    for (let index = 0; index < 10_000; index += 1) traces.record(SPAN);
    expect(traces.dropped).to.equal(10_000 - 2048);
    await until(() => (traces?.dropped ?? 0) > 10_000 - 2048);
    const stopping = performance.now();
    await traces.stop();
    // It gives up after 2 s; a collector that never answers would keep it for ever.
    expect(performance.now() - stopping, 'ms of the stop').to.be.below(15_000);
  });

  it('are counted where the collector refuses them, and go on when it takes them again', async () => {
    const taking = collector.answer;
    collector.answer = (response) => response.writeHead(400).end();
    traces = await startTraces(collector.endpoint);
    traces.record(SPAN);
    await until(() => traces?.dropped === 1);
    collector.answer = taking;
    traces.record(SPAN);
    await traces.stop();
    expect(collector.spans).to.have.length(2);
    expect(traces.dropped).to.equal(1);
  });
});
