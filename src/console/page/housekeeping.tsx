import { useState } from 'preact/hooks';
import type { HousekeepingRow, HousekeepingRunRow } from '../node-model.js';
import { ask, useAnswer } from './api.js';
import { Trouble, useDoing } from './doing.js';
import { Icon } from './icons.js';
import { Moment } from './words.js';

/**
 * What the node does on its clock: when, what came of it last, and having it done now.
 * @param done told when something was: the page shows what it changed
 */
export function Housekeeping({ done }: { readonly done: () => void }) {
  const { data, error, again } = useAnswer<{ tasks: readonly HousekeepingRow[] }>(
    '/api/housekeeping',
    true,
  );
  return (
    <>
      <h2 class="above">Housekeeping</h2>
      {data === undefined ? (
        <p class="loading">{error ?? 'Loading …'}</p>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Housekeeping">
          <table class="housekeeping">
            <thead>
              <tr>
                <th scope="col">Task</th>
                <th scope="col">When</th>
                <th scope="col">Last run</th>
                <th scope="col" class="wide">
                  Next run
                </th>
                <th scope="col" />
              </tr>
            </thead>
            <tbody>
              {data.tasks.map((task) => (
                <Task
                  key={task.name}
                  task={task}
                  done={() => {
                    again();
                    done();
                  }}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Task({ task, done }: { readonly task: HousekeepingRow; readonly done: () => void }) {
  const { name, about, when, off, last, next } = task;
  return (
    <tr>
      <th scope="row">
        <strong>{name}</strong>
        <small>{about}</small>
      </th>
      <td>
        {off === undefined ? when : <span class="calm">off</span>}
        {off !== undefined && <small>{off}</small>}
      </td>
      <td>{last ? <Run run={last} /> : <span class="calm">not since the start</span>}</td>
      <td class="wide next">{next && <Moment at={next} />}</td>
      <td>{off === undefined && <RunNow name={name} done={done} />}</td>
    </tr>
  );
}

function Run({ run }: { readonly run: HousekeepingRunRow }) {
  const done = run.outcome === 'done';
  return (
    <>
      <span class={`mark ${done ? 'good' : 'bad'}`}>
        <Icon name={done ? 'check' : 'cross'} />
        {done ? run.said : `Failed: ${run.said}`}
      </span>
      <small>
        <Moment at={run.at} />, {(run.milliseconds / 1000).toFixed(1)} s, by {run.who}
      </small>
    </>
  );
}

function RunNow({ name, done }: { readonly name: string; readonly done: () => void }) {
  const { busy, trouble, run } = useDoing();
  const [said, setSaid] = useState('');
  const act = async () => {
    setSaid('');
    const path = `/api/housekeeping/${encodeURIComponent(name)}/run`;
    const { outcome } = await ask<HousekeepingRunRow>(path, 'POST');
    setSaid(`${name}: ${outcome}`);
    done();
  };
  return (
    <>
      <button type="button" disabled={busy} onClick={() => void run(act)}>
        {busy ? 'Running …' : 'Run now'}
        <span class="hidden"> {name}</span>
      </button>
      <span class="hidden" role="status">
        {said}
      </span>
      <Trouble text={trouble} />
    </>
  );
}
