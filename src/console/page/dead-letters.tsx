import type { DeadLetter } from '../model.js';
import { ask } from './api.js';
import { Trouble, useDoing } from './doing.js';

/** What a destination refused for good, by destination and cause, each group with one button to try again. */
export function DeadLetters(props: {
  readonly letters: readonly DeadLetter[];
  readonly done: () => void;
}) {
  const { letters, done } = props;
  const { busy, trouble, run } = useDoing();
  const groups = new Map<string, DeadLetter[]>();
  for (const letter of letters) {
    const key = `${letter.destination}\n${letter.cause}`;
    groups.set(key, [...(groups.get(key) ?? []), letter]);
  }
  return (
    <>
      <h2 class="above">Dead letters: what did not arrive</h2>
      {letters.length === 0 ? (
        <p class="calm">None.</p>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Dead letters">
          <table>
            <thead>
              <tr>
                <th scope="col">Destination</th>
                <th scope="col">Cause</th>
                <th scope="col" class="number">
                  Objects
                </th>
                <th scope="col" />
              </tr>
            </thead>
            <tbody>
              {[...groups].map(([key, group]) => (
                <tr key={key}>
                  <th scope="row">{group[0]!.destination}</th>
                  <td>{group[0]!.cause}</td>
                  <td class="number">{group.length}</td>
                  <td>
                    <button
                      type="button"
                      disabled={busy}
                      onClick={() =>
                        void run(async () => {
                          for (const { id } of group) {
                            await ask(`/api/network/deliveries/${id}/retry`, 'POST');
                          }
                        }).then(done)
                      }
                    >
                      Send again<span class="hidden"> to {group[0]!.destination}</span>
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Trouble text={trouble} />
    </>
  );
}
