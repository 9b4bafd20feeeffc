import type { LifeStep, Stage, StepState } from './model.js';
import type { DeliveryRecord, ScanRecord } from './records.js';

const COMPLETE_BECAUSE: Readonly<Record<string, string>> = {
  'all-frames-in-one-object': 'one object holds all its frames',
  'concatenation-complete': 'all parts of the concatenation are there',
  'expected-frames': 'as many B-scans are there as the device profile expects',
  'commitment-requested': 'the sender asked for storage commitment of all of them',
  'association-released': 'the one association that brought them was released',
  'quiet-time': 'nothing more came within the quiet time',
};

/** Where a scan stands, and what stands against it in words. */
export function stageOf({ work, deliveries }: ScanRecord): { stage: Stage; detail: string } {
  if (work.held) return { stage: 'held', detail: work.reason ?? '' };
  switch (work.state) {
    case 'SCHEDULED':
      return { stage: 'waiting', detail: work.reason ?? '' };
    case 'IN PROGRESS':
      return { stage: 'reading', detail: `${work.progressDescription ?? ''} ${work.progress} %` };
    case 'CANCELED':
      return { stage: 'cancelled', detail: work.reason ?? '' };
    case 'COMPLETED':
      break;
  }
  const active = deliveries.filter(({ state }) => state !== 'cancelled');
  if (active.length === 0) return { stage: 'read', detail: '' };
  const failed = active.filter(
    ({ state, commitment }) => state === 'failed' || commitment === 'failed',
  );
  if (failed.length > 0) return { stage: 'not-delivered', detail: namesOf(failed) };
  const open = active.filter(({ state }) => state !== 'delivered');
  if (open.length > 0) return { stage: 'delivering', detail: namesOf(open) };
  const asked = active.filter(({ commitment }) => commitment !== 'none');
  return asked.length > 0 && asked.every(({ commitment }) => commitment === 'committed')
    ? { stage: 'committed', detail: namesOf(asked) }
    : { stage: 'delivered', detail: namesOf(active) };
}

function namesOf(deliveries: readonly DeliveryRecord[]): string {
  return [...new Set(deliveries.map(({ destination }) => destination))].join(', ');
}

/**
 * A scan's life: received → stored → complete → normalised → read → encoded → delivered → committed.
 * @param normalisation what was done to the scan on its way to the reference form, from the report
 * @param withComments Error Comments of peers may hold anything, so not everybody sees them
 */
export function stepsOf(
  scan: ScanRecord,
  normalisation: readonly string[],
  withComments: boolean,
): readonly LifeStep[] {
  const { arrival, work, reading } = scan;
  const objects = arrival.instances === 1 ? '1 object' : `${arrival.instances} objects`;
  const matched = reading?.device.startsWith('matched') === true;
  return [
    step('Received', 'done', arrival.firstAt, [
      `${objects} from ${arrival.callingAeTitle} at ${arrival.peerAddress}, called ${arrival.calledAeTitle}`,
    ]),
    step('Stored', 'done', arrival.lastAt, [
      `${(arrival.byteLength / 1e6).toFixed(1)} MB on disk, hashed and on record before success was answered`,
    ]),
    step('Complete', 'done', scan.completeAt, [
      COMPLETE_BECAUSE[scan.completeBecause] ?? scan.completeBecause,
      ...(scan.revision > 1 ? [`revision ${scan.revision}: parts came late`] : []),
    ]),
    step('Normalised', reading ? (matched ? 'done' : 'failed') : 'pending', work.startedAt, [
      ...(reading ? [reading.device] : []),
      ...normalisation,
    ]),
    readStep(scan),
    step(
      'Encoded',
      scan.results.length > 0 ? 'done' : 'pending',
      scan.results[0] && Date.parse(scan.results[0].createdAt),
      scan.results.map(({ kind, byteLength }) => `${kind}, ${Math.ceil(byteLength / 1000)} kB`),
    ),
    deliveredStep(scan, withComments),
    committedStep(scan),
  ];
}

function step(
  name: string,
  state: StepState,
  at: number | undefined,
  lines: readonly string[],
): LifeStep {
  return {
    name,
    state,
    ...(at !== undefined && state !== 'pending' && { at: new Date(at).toISOString() }),
    lines,
  };
}

function readStep({ work, reading }: ScanRecord): LifeStep {
  const attempts = work.attempts > 1 ? [`${work.attempts} attempts`] : [];
  const reason = work.reason === undefined ? [] : [work.reason];
  switch (work.state) {
    case 'COMPLETED': {
      const seconds = ((work.endedAt ?? 0) - (work.startedAt ?? 0)) / 1000;
      return step('Read', 'done', work.endedAt, [
        `${reading?.decision ?? 'read'}, in ${seconds.toFixed(1)} s`,
        ...attempts,
      ]);
    }
    case 'IN PROGRESS':
      return step('Read', 'now', work.startedAt, [
        `${work.progressDescription ?? 'begun'}, ${work.progress} %`,
        ...attempts,
      ]);
    case 'CANCELED':
      return step('Read', 'failed', work.endedAt, [...reason, ...attempts]);
    case 'SCHEDULED':
      return step('Read', work.held ? 'failed' : 'pending', work.startedAt, [
        ...(work.held ? ['held: waits for an operator'] : ['waits for a worker']),
        ...reason,
        ...attempts,
      ]);
  }
}

const DELIVERY_WORDS: Readonly<Record<DeliveryRecord['state'], string>> = {
  pending: 'waits',
  sending: 'is being sent',
  delivered: 'delivered',
  failed: 'refused for good',
  cancelled: 'cancelled',
};

function deliveredStep({ deliveries, work, results }: ScanRecord, withComments: boolean): LifeStep {
  if (deliveries.length === 0) {
    const ended = work.state === 'COMPLETED';
    return step('Delivered', ended ? 'not-asked' : 'pending', undefined, [
      ...(ended ? ['no destination is configured; results stay here'] : []),
    ]);
  }
  const kindOf = new Map(results.map(({ sopInstanceUid, kind }) => [sopInstanceUid, kind]));
  const lines = deliveries.map((delivery) => {
    const { destination, sopInstanceUid, state, attempts, status, comment, errorClass } = delivery;
    const said = [
      `${destination}: ${kindOf.get(sopInstanceUid) ?? 'object'} ${DELIVERY_WORDS[state]}`,
      ...(attempts > 1 || state !== 'delivered' ? [`${attempts} attempts`] : []),
      ...(status === undefined ? [] : [`status ${hex(status)}`]),
      ...(errorClass === undefined ? [] : [errorClass]),
      ...(withComments && comment !== undefined && comment !== '' ? [comment] : []),
    ];
    return said.join(', ');
  });
  const states = deliveries.map(({ state }) => state);
  const state: StepState = states.includes('failed')
    ? 'failed'
    : states.every((one) => one === 'delivered' || one === 'cancelled')
      ? 'done'
      : 'now';
  return step('Delivered', state, undefined, lines);
}

export function hex(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
}

const COMMITMENT_WORDS: Readonly<Record<DeliveryRecord['commitment'], string>> = {
  none: 'not asked',
  wanted: 'is to be asked',
  asking: 'is being asked',
  asked: 'was asked; its report is awaited',
  committed: 'answers for its storage',
  failed: 'does not answer for its storage',
};

function committedStep({ deliveries }: ScanRecord): LifeStep {
  const asked = deliveries.filter(({ commitment }) => commitment !== 'none');
  if (asked.length === 0) {
    const over = deliveries.length > 0 && deliveries.every(({ state }) => state === 'delivered');
    return step('Committed', over ? 'not-asked' : 'pending', undefined, [
      ...(over ? ['no destination is asked for storage commitment'] : []),
    ]);
  }
  const lines = new Set(
    asked.map(
      ({ destination, commitment, commitmentReason }) =>
        `${destination} ${COMMITMENT_WORDS[commitment]}${commitmentReason === undefined ? '' : `: ${commitmentReason}`}`,
    ),
  );
  const states = asked.map(({ commitment }) => commitment);
  const state: StepState = states.includes('failed')
    ? 'failed'
    : states.every((one) => one === 'committed')
      ? 'done'
      : 'now';
  return step('Committed', state, undefined, [...lines]);
}
