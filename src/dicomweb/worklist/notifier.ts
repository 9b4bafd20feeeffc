import type { JsonDataSet } from '../../dicom/dicom-json.js';
import { dicomJson } from '../../dicom/dicom-json.js';
import { DataSet } from '../../dicom/data-set.js';
import {
  isWorklist,
  PROCEDURE_STEP_SOP_CLASS,
  STEP_EVENTS,
  WORKLIST_UIDS,
  type ProcedureStepState,
} from '../../values/procedure-step.js';
import { matchesKeys } from './match-step.js';
import type { ProcedureStep, StepSubscription, WorklistPort } from './ports.js';
import { tagOf } from '../query-parameters.js';
import { progress, stepDataSet } from './step-data-set.js';

/** Somebody who is connected; `send` tells whether it was taken. */
export interface Channel {
  send(text: string): boolean;
}

/** How often the ledger is looked at while somebody is connected (ms). */
const LOOK_INTERVAL = 500;
const MOST_STEPS = 1000;

/** What a change of the ledger is, as a state; a step that is cancelled before it began is begun first (PS3.4 CC.2.2.3). */
const STATES_OF = {
  scheduled: 'SCHEDULED',
  claimed: 'IN PROGRESS',
  completed: 'COMPLETED',
  cancelled: 'CANCELED',
} as const;

/**
 * Tells those who are connected of the events of the steps that they subscribed to (PS3.4 CC.2.4, PS3.18 8.10.5). States
 * come from the ledger's events, each once and in order; progress is looked at. Who is not connected misses what happens.
 */
export class Notifier {
  readonly #channels = new Map<string, Set<Channel>>();
  readonly #told = new Map<string, ProcedureStepState>();
  readonly #progress = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #last: number | undefined;
  #message = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly port: WorklistPort,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Begins to tell a subscriber; call what is returned when the channel ends. */
  async join(subscriber: string, channel: Channel): Promise<() => void> {
    this.#last ??= await this.port.lastEvent();
    const channels = this.#channels.get(subscriber) ?? new Set();
    this.#channels.set(subscriber, channels.add(channel));
    this.#timer ??= setInterval(() => void this.look(), LOOK_INTERVAL);
    return () => {
      channels.delete(channel);
      if (channels.size === 0) this.#channels.delete(subscriber);
      if (this.#channels.size === 0) this.close();
    };
  }

  get connected(): number {
    return [...this.#channels.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** A new subscriber is told how things stand. */
  async tellStand(subscription: StepSubscription): Promise<void> {
    if (!this.#channels.has(subscription.subscriber)) return;
    for (const step of await this.stepsOf(subscription))
      this.send([subscription.subscriber], stateReport(step, step.state));
  }

  /** The steps of a subscription that have not ended, or the one that it names. */
  async stepsOf({ target, filter }: StepSubscription): Promise<readonly ProcedureStep[]> {
    if (!isWorklist(target)) {
      const step = await this.port.find(target);
      return step === undefined ? [] : [step];
    }
    const steps = [];
    for (const state of ['SCHEDULED', 'IN PROGRESS'] as const)
      steps.push(...(await this.port.list({ state }, MOST_STEPS, 0)));
    return target === WORKLIST_UIDS.all
      ? steps
      : steps.filter((step) => this.matches(step, filter));
  }

  /** Asks the performer of a step to end it; false where nobody listens. */
  async cancelRequested(uid: string, said: JsonDataSet, who: string): Promise<boolean> {
    const step = await this.port.find(uid);
    if (step === undefined) return false;
    const kept = (['ReasonForCancellation', 'ContactURI', 'ContactDisplayName'] as const).flatMap(
      (keyword) => {
        const attribute = said[tagOf(keyword)];
        return attribute === undefined ? [] : [[tagOf(keyword), attribute] as const];
      },
    );
    const report = {
      ...Object.fromEntries(kept),
      [REQUESTING_AE]: { vr: 'AE', Value: [who.slice(0, 16)] },
    };
    const subscribers = await this.subscribersOf(step);
    return this.send(subscribers, eventOf(uid, STEP_EVENTS.cancelRequested, report)) > 0;
  }

  /** Looks at the ledger now; one look at a time. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.lookOnce()).catch(this.onError);
    return this.#looking;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = undefined;
    this.#told.clear();
    this.#progress.clear();
  }

  private async lookOnce(): Promise<void> {
    if (this.#last === undefined) return;
    const { last, changes } = await this.port.changesSince(this.#last);
    this.#last = last;
    for (const { uid, what } of changes) {
      const step = await this.port.find(uid);
      if (step === undefined) continue;
      const state = STATES_OF[what];
      const told = this.#told.get(uid);
      if (told === state) continue;
      const subscribers = await this.subscribersOf(step);
      if (state === 'CANCELED' && told !== 'IN PROGRESS' && step.startedAt === undefined)
        this.send(subscribers, stateReport(step, 'IN PROGRESS'));
      this.send(subscribers, stateReport(step, state));
      if (state === 'COMPLETED' || state === 'CANCELED') this.#told.delete(uid);
      else this.#told.set(uid, state);
    }
    await this.tellProgress();
  }

  private async tellProgress(): Promise<void> {
    const running = await this.port.list({ state: 'IN PROGRESS' }, MOST_STEPS, 0);
    for (const step of running) {
      const [item] = progress(step);
      const report = item === undefined ? {} : dicomJson(item);
      const words = JSON.stringify(report);
      if (this.#progress.get(step.uid) === words) continue;
      this.#progress.set(step.uid, words);
      const sequence = {
        [tagOf('ProcedureStepProgressInformationSequence')]: { vr: 'SQ', Value: [report] },
      };
      this.send(await this.subscribersOf(step), eventOf(step.uid, STEP_EVENTS.progress, sequence));
    }
    const uids = new Set(running.map(({ uid }) => uid));
    for (const uid of this.#progress.keys()) if (!uids.has(uid)) this.#progress.delete(uid);
  }

  private async subscribersOf(step: ProcedureStep): Promise<readonly string[]> {
    const subscriptions = await this.port.subscriptions();
    const meant = subscriptions.filter(
      ({ target, filter }) =>
        target === step.uid ||
        target === WORKLIST_UIDS.all ||
        (target === WORKLIST_UIDS.filtered && this.matches(step, filter)),
    );
    return [...new Set(meant.map(({ subscriber }) => subscriber))];
  }

  /** As it was when it was made: a step that is created is SCHEDULED, whatever became of it since. */
  private matches(step: ProcedureStep, filter: StepSubscription['filter']): boolean {
    const view = { service: '', aeTitle: this.port.aeTitle, seePatients: true };
    return matchesKeys(stepDataSet({ ...step, state: 'SCHEDULED' }, view), filter);
  }

  /** How many took it. */
  private send(subscribers: readonly string[], event: JsonDataSet): number {
    let taken = 0;
    for (const subscriber of subscribers) {
      for (const channel of this.#channels.get(subscriber) ?? []) {
        this.#message = (this.#message % 0xffff) + 1;
        const numbered = { ...event, [MESSAGE_ID]: { vr: 'US', Value: [this.#message] } };
        if (channel.send(JSON.stringify(numbered))) taken += 1;
      }
    }
    return taken;
  }
}

/** Elements of the command set (PS3.7 Table 10.3-1), which JSON has beside those of the event. */
const MESSAGE_ID = '00000110';
const REQUESTING_AE = '00741236';

function eventOf(uid: string, type: number, report: JsonDataSet): JsonDataSet {
  return {
    '00000002': { vr: 'UI', Value: [PROCEDURE_STEP_SOP_CLASS] },
    '00000100': { vr: 'US', Value: [0x0100] },
    '00001000': { vr: 'UI', Value: [uid] },
    '00001002': { vr: 'US', Value: [type] },
    ...report,
  };
}

function stateReport(step: ProcedureStep, state: ProcedureStepState): JsonDataSet {
  const report = DataSet.of({ InputReadinessState: 'READY', ProcedureStepState: state });
  if (state === 'CANCELED' && step.reason !== undefined)
    report.set('ReasonForCancellation', step.reason);
  return eventOf(step.uid, STEP_EVENTS.state, dicomJson(report));
}
