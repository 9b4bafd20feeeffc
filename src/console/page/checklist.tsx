import { useState } from 'preact/hooks';
import type { Checklist, CheckStep } from '../model.js';
import { go, Link } from './address.js';
import { Admit } from './admit.js';
import { ask, may, useAnswer } from './api.js';
import { Trouble, useDoing } from './doing.js';
import { Icon, type IconName } from './icons.js';
import { Moment } from './words.js';

const LOOK: Readonly<
  Record<
    CheckStep['state'],
    { readonly words: string; readonly tone: string; readonly icon: IconName }
  >
> = {
  done: { words: 'done', tone: 'good', icon: 'check' },
  open: { words: 'open', tone: 'calm', icon: 'clock' },
  failed: { words: 'not in order', tone: 'bad', icon: 'cross' },
};

export function CheckMark({ state }: { readonly state: CheckStep['state'] }) {
  const { words, tone, icon } = LOOK[state];
  return (
    <span class={`mark ${tone}`}>
      <Icon name={icon} />
      <span class="hidden">{words}: </span>
    </span>
  );
}

/** The steps of a checklist with what each rests on. */
export function Steps({ list }: { readonly list: Checklist }) {
  return (
    <ol class="check-steps">
      {list.steps.map(({ step, name, state, at, lines }, index) => (
        <li key={step} class={LOOK[state].tone}>
          <span class="dot">
            <Icon name={LOOK[state].icon} />
          </span>
          <div>
            <h3>
              {index + 1}. {name}
              <span class="when">
                {state === 'done' ? at && <Moment at={at} /> : LOOK[state].words}
              </span>
              {state === 'done' && <span class="hidden">: done</span>}
            </h3>
            {lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** One scanner's commissioning: what is done by itself as it happens, and what only a human can say. */
export function ChecklistPage({ scanner }: { readonly scanner: string }) {
  const path = `/api/commissioning/${encodeURIComponent(scanner)}`;
  const { data: list, error, again } = useAnswer<Checklist>(path, true);
  const { busy, trouble, run } = useDoing();
  if (list === undefined) return <p class="loading">{error ?? 'Loading …'}</p>;
  return (
    <section class="commission">
      <p class="crumbs">
        <Link to="/commissioning">
          <Icon name="back" /> Commissioning
        </Link>
      </p>
      <div class="head">
        <h1>{scanner}</h1>
        <p class="facts">{list.device || 'device not known yet'}</p>
      </div>
      {list.admit && (
        <div class="notice wrong refusal">
          <p>
            <strong>{scanner}</strong> called from {list.admit.from} and was refused: it is not in
            the table of callers.
          </p>
          {may('configure') ? (
            <Admit entry={list.admit} done={again} />
          ) : (
            <p>An administrator can admit it.</p>
          )}
        </div>
      )}
      <div class="card">
        <Steps list={list} />
      </div>
      <div class="controls">
        {list.scanId !== undefined && (
          <Link to={`/scans/${list.scanId}`}>Look at the test scan</Link>
        )}
      </div>
      <Seen path={path} list={list} done={again} />
      <p class="below">
        <button
          type="button"
          class={list.complete ? 'primary' : ''}
          disabled={busy}
          onClick={() =>
            void run(async () => {
              const { id } = await ask<{ id: number }>(`${path}/reports`, 'POST');
              go(`/commissioning/report/${id}`);
            })
          }
        >
          Keep a report
        </button>
        {!list.complete && <small> as it stands: not everything is done yet</small>}
      </p>
      <Trouble text={trouble} />
    </section>
  );
}

function Seen(props: {
  readonly path: string;
  readonly list: Checklist;
  readonly done: () => void;
}) {
  const { path, list, done } = props;
  const [note, setNote] = useState('');
  const { busy, trouble, run } = useDoing();
  const state = (id: string) => list.steps.find(({ step }) => step === id)?.state;
  if (state('delivered') !== 'done' || state('seen-in-pacs') === 'done') return null;
  return (
    <form
      class="inline-form card below"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => ask(`${path}/seen`, 'POST', { note })).then((ok) => {
          if (ok) done();
        });
      }}
    >
      <label class="grow">
        Note, without the patient's name
        <input
          value={note}
          maxLength={500}
          placeholder="Overlay on the right side; report opens in the viewer"
          onInput={(event) => {
            setNote(event.currentTarget.value);
          }}
        />
      </label>
      <button type="submit" class="primary" disabled={busy}>
        I see the result in the PACS
      </button>
      <Trouble text={trouble} />
    </form>
  );
}
