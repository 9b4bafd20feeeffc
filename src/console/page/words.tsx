import type { ReferralClass } from '../../values/referral-class.js';
import { STAGES, type Stage, type StepState } from '../model.js';
import { Icon, type IconName } from './icons.js';

type Decision = ReferralClass | 'not-assessed';

/** Each decision by its own words and its own shape, so that no colour is needed to tell them apart. */
const DECISIONS: Readonly<Record<Decision, { readonly words: string; readonly shape: string }>> = {
  urgent: { words: 'Urgent', shape: 'M8 1.500L15 14.500H1z' },
  'semi-urgent': { words: 'Semi-urgent', shape: 'M8 1l7 7-7 7-7-7z' },
  routine: { words: 'Routine', shape: 'M8 1.500a6.500 6.500 0 100 13 6.500 6.500 0 000-13z' },
  'observation-only': {
    words: 'Observation only',
    shape: 'M8 1.500a6.500 6.500 0 100 13 6.500 6.500 0 000-13zM8 4a4 4 0 110 8 4 4 0 010-8z',
  },
  'not-assessed': { words: 'Not assessed', shape: 'M2 2h12v12H2zM4 4v8h8V4zM5.500 7h5v2h-5z' },
};

export const DECISION_NAMES = Object.keys(DECISIONS) as readonly Decision[];

export function decisionWords(decision: Decision): string {
  return DECISIONS[decision].words;
}

export function DecisionMark({ decision }: { readonly decision: Decision }) {
  const { words, shape } = DECISIONS[decision];
  return (
    <span class={`decision ${decision}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path fill-rule="evenodd" d={shape} />
      </svg>
      {words}
    </span>
  );
}

const STAGE_LOOK: Readonly<
  Record<Stage, { readonly words: string; readonly tone: string; readonly icon: IconName }>
> = {
  waiting: { words: 'Waiting', tone: 'calm', icon: 'clock' },
  reading: { words: 'Reading', tone: 'busy', icon: 'arrow' },
  held: { words: 'Held', tone: 'bad', icon: 'cross' },
  cancelled: { words: 'Cancelled', tone: 'calm', icon: 'dash' },
  read: { words: 'Read', tone: 'good', icon: 'check' },
  delivering: { words: 'Delivering', tone: 'busy', icon: 'arrow' },
  'not-delivered': { words: 'Not delivered', tone: 'bad', icon: 'cross' },
  delivered: { words: 'Delivered', tone: 'good', icon: 'check' },
  committed: { words: 'Committed', tone: 'good', icon: 'check' },
};

export function stageWords(stage: Stage): string {
  return STAGE_LOOK[stage].words;
}

export function StageMark({ stage, detail }: { readonly stage: Stage; readonly detail: string }) {
  const { words, tone, icon } = STAGE_LOOK[stage];
  return (
    <span class={`mark ${tone}`} title={`${STAGES[stage]}${detail === '' ? '' : `: ${detail}`}`}>
      <Icon name={icon} />
      {words}
    </span>
  );
}

export const STEP_LOOK: Readonly<
  Record<StepState, { readonly words: string; readonly tone: string; readonly icon: IconName }>
> = {
  done: { words: 'done', tone: 'good', icon: 'check' },
  now: { words: 'in progress', tone: 'busy', icon: 'arrow' },
  failed: { words: 'failed', tone: 'bad', icon: 'cross' },
  pending: { words: 'not yet', tone: 'calm', icon: 'clock' },
  'not-asked': { words: 'not asked for', tone: 'calm', icon: 'dash' },
};

export function eyeWords(laterality: 'R' | 'L' | undefined): string {
  return laterality === undefined ? '' : laterality === 'R' ? 'Right' : 'Left';
}

const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function Moment({ at, short = false }: { readonly at: string; readonly short?: boolean }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={DATE_TIME.format(date)}>
      {(short ? TIME : DATE_TIME).format(date)}
    </time>
  );
}

/** A DA or the date of a DT (PS3.5 6.2): `YYYYMMDD…` as `YYYY-MM-DD`. */
export function dicomDate(text: string): string {
  return text.replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3');
}
