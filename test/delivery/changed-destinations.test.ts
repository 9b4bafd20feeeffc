import { expect } from 'chai';
import { DeliveryRunner } from '../../src/delivery/delivery-runner.js';
import type { OutboxPort } from '../../src/delivery/ports.js';

interface Destination {
  readonly name: string;
  readonly host: string;
}

describe('delivery: a changed table of destinations', () => {
  it('sends to the new address, begins with what is new, and leaves in peace what is gone', async () => {
    const waiting = new Map([
      ['MOVED', 1],
      ['GONE', 1],
      ['NEW', 1],
    ]);
    const sent: string[] = [];
    const outbox: OutboxPort = {
      claim(name) {
        const id = waiting.get(name);
        waiting.delete(name);
        const delivery = {
          path: '',
          dataSetOffset: 0,
          byteLength: 1,
          kind: 'report' as const,
          sopClassUid: '1',
          sopInstanceUid: '1',
          transferSyntaxUid: '1',
          seriesInstanceUid: '1',
          studyInstanceUid: '1',
          attempt: 1,
          ambiguousAttempts: 0,
          isFallback: false,
        };
        return Promise.resolve(id === undefined ? [] : [{ id, ...delivery }]);
      },
      nextDueAt: (name) => Promise.resolve(waiting.has(name) ? 0 : undefined),
      settle: () => Promise.resolve(),
      hasten: () => Promise.resolve(0),
    };
    const runner = new DeliveryRunner<Destination>({
      destinations: [
        { name: 'MOVED', host: 'old' },
        { name: 'GONE', host: 'gone' },
      ],
      outbox,
      send({ name, host }, instances) {
        sent.push(`${name} at ${host}`);
        return Promise.resolve(
          instances.map(() => ({
            kind: 'answered' as const,
            status: 0,
            category: 'success' as const,
          })),
        );
      },
    });
    runner.setDestinations([
      { name: 'MOVED', host: 'new' },
      { name: 'NEW', host: 'here' },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await runner.stop();
    expect(sent.sort()).to.deep.equal(['MOVED at new', 'NEW at here']);
    expect([...waiting.keys()]).to.deep.equal(['GONE']);
  });
});
