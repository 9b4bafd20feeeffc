import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive } from '../../src/archive/archive.js';
import type { QueuedDestination } from '../../src/delivery/destination-queue.js';
import { DeliveryRunner, type DeliveryOptions } from '../../src/delivery/delivery-runner.js';
import type { SendOutcome } from '../../src/delivery/outcome-table.js';
import type { ClaimedDelivery } from '../../src/delivery/ports.js';
import type { BackOff } from '../../src/delivery/retry-table.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import type { ResultKind } from '../../src/values/result-kinds.js';
import { openTestArchive, resultObject, scheduleScan } from '../archive/objects.js';

export const BACK_OFF: BackOff = {
  initialMs: 20,
  factor: 2,
  maxMs: 80,
  jitter: 0,
  maxAttempts: 1000,
};
export const SUCCESS: SendOutcome = { kind: 'answered', status: 0 };
export const DUPLICATE: SendOutcome = { kind: 'answered', status: 0x0111 };
export const DOWN: SendOutcome = {
  kind: 'failed',
  failure: 'transient',
  code: 'OCT_DIMSE_UNREACHABLE',
  reason: 'connection refused',
} as const;
export const NO_CONTEXT: SendOutcome = {
  kind: 'failed',
  failure: 'permanent',
  code: 'OCT_DIMSE_NO_CONTEXT',
  reason: 'Label Map Segmentation Storage proposed in RLE: abstract syntax not supported',
} as const;

type Behaviour = (instances: readonly ClaimedDelivery[]) => Promise<readonly SendOutcome[]>;

export const all =
  (outcome: SendOutcome): Behaviour =>
  (instances) =>
    Promise.resolve(instances.map(() => outcome));

/** A real outbox, and a sender that does what the test says. */
export class OutboxHarness {
  readonly archive: Archive;
  readonly behaviours = new Map<string, Behaviour>();
  /** What reached each destination, in the order of sending. */
  readonly sent = new Map<string, string[][]>();
  readonly errors: unknown[] = [];
  runner: DeliveryRunner<QueuedDestination> | undefined;

  constructor(dataDir: string) {
    this.archive = openTestArchive(dataDir);
  }

  start(
    destinations: readonly QueuedDestination[],
    options: Partial<DeliveryOptions<QueuedDestination>> = {},
  ): DeliveryRunner<QueuedDestination> {
    this.runner = new DeliveryRunner<QueuedDestination>({
      destinations,
      outbox: this.archive.outbox,
      send: ({ name }, instances) => {
        const uids = instances.map(({ sopInstanceUid }) => sopInstanceUid);
        this.sent.set(name, [...(this.sent.get(name) ?? []), uids]);
        return (this.behaviours.get(name) ?? all(SUCCESS))(instances);
      },
      backOff: BACK_OFF,
      onError: (error) => this.errors.push(error),
      ...options,
    });
    this.runner.start();
    return this.runner;
  }

  /** Makes results of one scan in a study of its own (of 'x again': in that of 'x'), one of each kind, and queues them; returns their SOP Instance UIDs in order. */
  async queue(
    name: string,
    destinations: readonly string[],
    kinds: readonly ResultKind[] = ['report'],
    taken: readonly ResultKind[] = kinds,
  ): Promise<string[]> {
    const { archive } = this;
    const StudyInstanceUID = deterministicUid('study', name.replace(/ again$/, ''));
    await scheduleScan(archive, name, { StudyInstanceUID });
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    const results = [];
    for (const kind of kinds) {
      results.push(await archive.results.admit(resultObject(`${name} ${kind}`, kind)));
    }
    const takes = (_: string, kind: ResultKind) => taken.includes(kind);
    await archive.workitems.complete(claim, { results, destinations, takes });
    return results.map(({ sopInstanceUid }) => sopInstanceUid);
  }

  async states(destination: string): Promise<string[]> {
    const list = await this.archive.outbox.list();
    return list.filter((one) => one.destination === destination).map(({ state }) => state);
  }

  async until(condition: () => Promise<boolean> | boolean): Promise<void> {
    for (let waited = 0; !(await condition()); waited += 5) {
      if (waited > 5000) throw new Error('waited in vain');
      await sleep(5);
    }
  }

  untilAll(destination: string, state: string): Promise<void> {
    return this.until(async () => (await this.states(destination)).every((one) => one === state));
  }

  async close(): Promise<void> {
    await this.runner?.stop();
    await this.archive.close();
  }
}
