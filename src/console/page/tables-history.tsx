import type { TablesVersionRow } from '../model.js';
import { ask, useAnswer } from './api.js';
import { AskWhy } from './ask-why.js';
import { Moment } from './words.js';

/** Who changed the tables, when and why; and the way back. */
export function TablesHistory({ done }: { readonly done: () => void }) {
  const { data, again } = useAnswer<{ versions: readonly TablesVersionRow[] }>(
    '/api/tables/versions',
    true,
  );
  if (data === undefined || data.versions.length === 0) return null;
  return (
    <>
      <h2 class="above">History of these tables</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label="History of these tables">
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">Why</th>
              <th scope="col">Then in the file</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {data.versions.map((version) => (
              <tr key={version.id}>
                <td>
                  <Moment at={version.at} />
                </td>
                <td>{version.who}</td>
                <td>{version.why}</td>
                <td>{version.holds}</td>
                <td>
                  {version.current ? (
                    <strong>in use</strong>
                  ) : (
                    <Restore
                      version={version}
                      done={() => {
                        again();
                        done();
                      }}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Restore(props: { readonly version: TablesVersionRow; readonly done: () => void }) {
  const { id, at } = props.version;
  return (
    <AskWhy
      confirm="Return"
      act={(why) => ask(`/api/tables/versions/${id}/restore`, 'POST', { why })}
      done={props.done}
    >
      Return to this<span class="hidden"> of {at}</span>
    </AskWhy>
  );
}
