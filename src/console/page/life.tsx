import type { LifeStep, LogEntry } from '../model.js';
import { Icon } from './icons.js';
import { Moment, STEP_LOOK } from './words.js';

/** Received → stored → complete → normalised → read → encoded → delivered → committed. */
export function LifeLine({ steps }: { readonly steps: readonly LifeStep[] }) {
  return (
    <ol class="life">
      {steps.map(({ name, state, at, lines }) => {
        const { words, tone, icon } = STEP_LOOK[state];
        return (
          <li key={name} class={tone}>
            <span class="dot">
              <Icon name={icon} />
            </span>
            <div>
              <h3>
                {name}
                <span class="hidden">: {words}</span>
                {at === undefined ? (
                  <span class="when">{state === 'done' ? '' : words}</span>
                ) : (
                  <span class="when">
                    <Moment at={at} short />
                  </span>
                )}
              </h3>
              {lines.map((line) => (
                <p key={line}>{line}</p>
              ))}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** Every event on record, for who has to know exactly. */
export function LifeLog({ log }: { readonly log: readonly LogEntry[] }) {
  return (
    <details>
      <summary>Every event on record ({log.length})</summary>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Events">
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">About</th>
              <th scope="col">What</th>
              <th scope="col">Why</th>
              <th scope="col">Details</th>
            </tr>
          </thead>
          <tbody>
            {log.map(({ at, about, what, reason, detail, times }, index) => (
              <tr key={index}>
                <td>
                  <Moment at={at} />
                </td>
                <td>
                  {about}
                  {times > 1 && ` × ${times}`}
                </td>
                <td>{what}</td>
                <td>{reason}</td>
                <td class="uid">{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
