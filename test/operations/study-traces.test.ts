import { expect } from 'chai';
import type { Archive } from '../../src/archive/archive.js';
import { traceIdOf, spanIdOf } from '../../src/operations/traces.js';
import { StageClock } from '../../src/workers/stage-clock.js';
import type { ArchiveSink } from '../../src/joints/store-sink.js';
import { tracesOf, type NodeTracing } from '../../src/joints/trace.js';
import type { StoredInstance } from '../../src/values/stored-instance.js';
import type { ClaimedWorkitem } from '../../src/values/workitem.js';
import type { WorkitemQueue } from '../../src/workers/pool.js';
import { OtlpCollector } from '../support/otlp-collector.js';

const CALLER = { callingAeTitle: 'SCANNER', calledAeTitle: 'OCTRIAGE', peerAddress: '127.0.0.1' };
const COUNTS = { invoked: 1, answered: 1, stored: 1 };

const instance = (study: string, uid: string) =>
  ({
    sopInstanceUid: uid,
    studyInstanceUid: study,
    byteLength: 9,
    receivedAt: new Date().toISOString(),
  }) as StoredInstance;

describe('a trace is what happened to a study', function () {
  this.timeout(20_000);
  let collector: OtlpCollector;
  let traces: NodeTracing;
  /** Which associations brought the instances of a scan, the last one first. */
  let associations: readonly string[] = [];

  beforeEach(async () => {
    collector = await OtlpCollector.start();
    const archive = {
      instances: { associationsOf: () => Promise.resolve(associations) },
      results: { find: () => Promise.resolve(undefined) },
    } as unknown as Archive;
    traces = await tracesOf({ tracesEndpoint: collector.endpoint }, archive);
  });
  afterEach(() => {
    collector.close();
  });

  const spans = (name: string) => collector.spans.filter((span) => span.name === name);

  /** An archive in which every object is of one of these studies, in turn; none: it is refused. */
  function sinkOf(...studies: readonly (string | undefined)[]): ArchiveSink {
    const left = [...studies];
    return traces.receiving({
      begin: ({ sopInstanceUid }) =>
        Promise.resolve({
          write: () => Promise.resolve(),
          abandon: () => Promise.resolve(),
          finish: () => {
            const study = left.shift();
            return Promise.resolve(
              study === undefined
                ? { status: 0xa900 }
                : { status: 0, instance: instance(study, sopInstanceUid) },
            );
          },
        }),
    });
  }

  const request = (associationId: string, sopInstanceUid: string) => ({
    ...CALLER,
    associationId,
    sopInstanceUid,
    sopClassUid: '1.2',
    transferSyntaxUid: '1.2.1',
  });

  it('an association stands in the trace of each study that it brought, and of what was refused in its own', async () => {
    traces.observe({ ...CALLER, type: 'accepted', associationId: 'a' });
    const sink = sinkOf('1.1', '1.2', undefined);
    for (const uid of ['1', '2', '3']) await (await sink.begin(request('a', uid))).finish();
    traces.observe({ ...CALLER, type: 'released', associationId: 'a', counts: COUNTS });
    await traces.stop();
    const studies = ['1.1', '1.2', 'a'];
    expect(spans('association').map(({ traceId }) => traceId)).to.have.members(
      studies.map(traceIdOf),
    );
    expect(spans('instance').map(({ status }) => status?.code)).to.deep.equal([0, 0, 2]);
    expect(spans('instance').map(({ parentSpanId }) => parentSpanId)).to.deep.equal(
      studies.map((study) => spanIdOf(study, ['association', 'a'])),
    );
  });

  it('an association that is lost over an object ends with it, as failed; one that brings nothing has no span', async () => {
    for (const associationId of ['a', 'echo'])
      traces.observe({ ...CALLER, type: 'accepted', associationId });
    const reception = await sinkOf().begin(request('a', '1'));
    for (const associationId of ['a', 'echo'])
      traces.observe({ ...CALLER, type: 'aborted', associationId, counts: COUNTS });
    await reception.abandon('the connection went away');
    await traces.stop();
    expect(collector.spans.map(({ name, status }) => [name, status?.code])).to.deep.equal([
      ['instance', 2],
      ['association', 2],
    ]);
  });

  it('a scan in parts hangs on the association that brought the last one, and is linked with the others', async () => {
    associations = ['last', 'first'];
    const item = {
      workitemUid: '2.1',
      transactionUid: '2.2',
      attempt: 1,
      interrupted: 0,
      otherScans: [],
      acquisition: {
        id: 'scan',
        revision: 1,
        studyInstanceUid: '1.1',
        instances: [instance('1.1', '1')],
        completeBecause: 'expected-frames' as const,
      },
    } satisfies ClaimedWorkitem;
    const queue: WorkitemQueue = {
      claim: () => Promise.resolve(item),
      progress: () => Promise.resolve(),
      complete: () => Promise.resolve(),
      fail: () => Promise.resolve(),
    };
    const reading = traces.reading(queue);
    await reading.claim('w');
    await reading.fail(item, 'OCT_WORKER_ENDED', 'the worker ended');
    await reading.claim('w');
    const stages = [{ stage: 'volume', from: Date.now() - 5, to: Date.now() }];
    await reading.complete(item, { stages } as unknown as Parameters<typeof queue.complete>[1]);
    await traces.stop();
    const id = (kind: 'association' | 'workitem', uid: string) => spanIdOf('1.1', [kind, uid]);
    const [failed, read] = spans('workitem');
    expect([failed?.status?.code, read?.status?.code]).to.deep.equal([2, 0]);
    expect(failed?.attributes).to.include({ 'octriage.code': 'OCT_WORKER_ENDED' });
    expect(failed?.spanId, 'results come of the other').not.to.equal(read?.spanId);
    for (const attempt of [failed, read]) {
      expect(attempt?.parentSpanId).to.equal(id('association', 'last'));
      expect(attempt?.links?.map(({ spanId }) => spanId)).to.deep.equal([
        id('association', 'first'),
      ]);
    }
    expect(read?.spanId).to.equal(id('workitem', '2.1'));
    expect(spans('volume')[0]?.parentSpanId).to.equal(read?.spanId);
  });

  it('a stage begins where the one before it ended, however often it tells of itself', () => {
    const clock = new StageClock(10);
    clock.mark('volume', 20);
    for (const at of [30, 50, 80]) clock.mark('inference', at);
    clock.mark('results', 81);
    expect(clock.stages).to.deep.equal([
      { stage: 'volume', from: 10, to: 20 },
      { stage: 'inference', from: 20, to: 80 },
      { stage: 'results', from: 80, to: 81 },
    ]);
  });
});
