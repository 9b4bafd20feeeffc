import { useState } from 'preact/hooks';
import type { EchoAnswer, NetworkState, RefusalRow, SilentRow } from '../model.js';
import { Admit } from './admit.js';
import { ask, may, useAnswer } from './api.js';
import { DeadLetters } from './dead-letters.js';
import { Trouble, useDoing } from './doing.js';
import { Icon } from './icons.js';
import { AddCaller, AddDestination, EditTables, Remove } from './table-forms.js';
import { TablesHistory } from './tables-history.js';
import { Moment } from './words.js';

/** Who may come in, where results go, who was refused, what did not arrive. */
export function NetworkPage() {
  const { data, error, again } = useAnswer<NetworkState>('/api/network', true);
  if (data === undefined) return <p class="loading">{error ?? 'Loading …'}</p>;
  const configure = may('configure');
  return (
    <section>
      <div class="head">
        <h1>Network</h1>
        <p class="facts">
          <span>
            We are <strong>{data.aeTitle}</strong> on port {data.dimsePort}
            {data.tlsPort !== undefined && `, with TLS on ${data.tlsPort}`}
          </span>
          {data.calledAeTitles.length > 0 && <span>also {data.calledAeTitles.join(', ')}</span>}
        </p>
      </div>
      <Silent scanners={data.silent} />
      <Refusals refusals={data.refusals} done={again} />
      <Callers state={data} />
      {configure && <AddCaller done={again} />}
      <Destinations state={data} />
      {configure && <AddDestination done={again} />}
      <DeadLetters letters={data.deadLetters} done={again} />
      {configure && <EditTables done={again} />}
      {configure && <TablesHistory done={again} />}
    </section>
  );
}

/** Scanners that should send by now; the rhythm is each one's own. */
function Silent({ scanners }: { readonly scanners: readonly SilentRow[] }) {
  return (
    <>
      {scanners.map(({ callingAeTitle, since, missedHours }) => (
        <div key={callingAeTitle} class="notice wrong">
          <p>
            <strong>{callingAeTitle}</strong> is silent: nothing since <Moment at={since} />, and by
            its own rhythm it would have sent in about {missedHours} hours since. Is it switched on,
            and does its network reach us?
          </p>
        </div>
      ))}
    </>
  );
}

/** Those that can be admitted first; old ones that nothing can be done about are behind a fold. */
function Refusals(props: { readonly refusals: readonly RefusalRow[]; readonly done: () => void }) {
  const open = props.refusals.filter(({ admit }) => admit !== undefined);
  const others = props.refusals.filter(({ admit }) => admit === undefined);
  return (
    <>
      {open.map((refusal) => (
        <div key={refusal.callingAeTitle + refusal.peerAddress} class="notice wrong refusal">
          <p>
            <strong>{refusal.callingAeTitle}</strong> called from {refusal.peerAddress} and was
            refused{refusal.count > 1 && ` ${refusal.count} times`}, last{' '}
            <Moment at={refusal.lastAt} />: {refusal.why}.
          </p>
          {may('configure') && refusal.admit && <Admit entry={refusal.admit} done={props.done} />}
        </div>
      ))}
      {others.length > 0 && (
        <details class="fold">
          <summary>Other refusals ({others.length})</summary>
          <div class="table-frame" tabIndex={0} role="region" aria-label="Other refusals">
            <table>
              <thead>
                <tr>
                  <th scope="col">Who</th>
                  <th scope="col">From</th>
                  <th scope="col">Called</th>
                  <th scope="col">Why</th>
                  <th scope="col" class="number">
                    Times
                  </th>
                  <th scope="col">Last</th>
                </tr>
              </thead>
              <tbody>
                {others.map((one, index) => (
                  <tr key={index}>
                    <th scope="row">{one.callingAeTitle || 'not said'}</th>
                    <td>{one.peerAddress}</td>
                    <td>{one.calledAeTitle}</td>
                    <td>
                      {one.why}
                      {one.what !== '' && <small>{one.what}</small>}
                    </td>
                    <td class="number">{one.count}</td>
                    <td>
                      <Moment at={one.lastAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </>
  );
}

function Callers({ state }: { readonly state: NetworkState }) {
  const { callers, aeAddresses } = state;
  return (
    <>
      <h2 class="above">Callers: who may send to us</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Callers">
        <table>
          <thead>
            <tr>
              <th scope="col">AE title</th>
              <th scope="col">From</th>
              <th scope="col">Last heard</th>
              <th scope="col" class="number wide">
                Objects
              </th>
              <th scope="col">Echo</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {callers.length === 0 && (
              <tr>
                <td colSpan={6}>Nobody may come in yet.</td>
              </tr>
            )}
            {callers.map(({ aeTitle, from, origin, seen }) => {
              const address = aeAddresses.find((one) => one.aeTitle === aeTitle);
              return (
                <tr key={`${aeTitle}@${from ?? ''}`}>
                  <th scope="row">{aeTitle === '*' ? 'anybody (*)' : aeTitle}</th>
                  <td>{from ?? 'anywhere'}</td>
                  <td>
                    {seen ? (
                      <>
                        <Moment at={seen.lastAt} />
                        <small class="wide">
                          {seen.associations} association{seen.associations === 1 ? '' : 's'}, from{' '}
                          {seen.lastAddress}
                        </small>
                      </>
                    ) : (
                      <span class="calm">never</span>
                    )}
                  </td>
                  <td class="number wide">{seen?.objects ?? 0}</td>
                  <td>
                    {address ? (
                      <Echo address={show(address)} name={aeTitle} />
                    ) : (
                      <small class="wide">we know no address of it</small>
                    )}
                  </td>
                  <td>
                    <Remove
                      origin={origin}
                      name={aeTitle}
                      change={(tables) => ({
                        ...tables,
                        callers: tables.callers.filter(
                          (one) => one.aeTitle !== aeTitle || one.from !== from,
                        ),
                      })}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function show(one: {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}): string {
  const host = one.host.includes(':') ? `[${one.host}]` : one.host;
  return `${one.tls ? 'tls:' : ''}${one.aeTitle}@${host}:${one.port}`;
}

function Destinations({ state }: { readonly state: NetworkState }) {
  return (
    <>
      <h2 class="above">Destinations: where results go</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Destinations">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Address</th>
              <th scope="col">Health</th>
              <th scope="col" class="wide">
                Commitment
              </th>
              <th scope="col">Echo</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {state.destinations.length === 0 && (
              <tr>
                <td colSpan={6}>None: results stay here.</td>
              </tr>
            )}
            {state.destinations.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td class="uid address">{one.address}</td>
                <td>
                  <Health
                    failed={one.failed}
                    pending={one.pending}
                    delivered={one.delivered}
                    lastDeliveredAt={one.lastDeliveredAt}
                    waitsBecause={one.waitsBecause}
                  />
                </td>
                <td class="wide">{one.commitment ?? 'not asked'}</td>
                <td>{one.dimse && <Echo address={one.address} name={one.name} />}</td>
                <td>
                  <Remove
                    origin={one.origin}
                    name={one.name}
                    change={(tables) => ({
                      ...tables,
                      destinations: tables.destinations.filter(({ name }) => name !== one.entry),
                    })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Health(props: {
  readonly failed: number;
  readonly pending: number;
  readonly delivered: number;
  readonly lastDeliveredAt: string | undefined;
  readonly waitsBecause: string | undefined;
}) {
  const { failed, pending, delivered, lastDeliveredAt, waitsBecause } = props;
  const waits = pending > 0 && waitsBecause !== undefined;
  const [tone, icon, words] =
    failed > 0
      ? (['bad', 'cross', `${failed} refused`] as const)
      : waits
        ? (['bad', 'clock', `${pending} wait`] as const)
        : pending > 0
          ? (['busy', 'arrow', `${pending} on their way`] as const)
          : delivered > 0
            ? (['good', 'check', 'Well'] as const)
            : (['calm', 'dash', 'Nothing sent yet'] as const);
  return (
    <>
      <span class={`mark ${tone}`}>
        <Icon name={icon} />
        {words}
      </span>
      <small>
        {delivered} delivered
        {lastDeliveredAt && (
          <>
            , last <Moment at={lastDeliveredAt} />
          </>
        )}
      </small>
      {waits && <small>{waitsBecause}</small>}
    </>
  );
}

/** C-ECHO from us. */
function Echo({ address, name }: { readonly address: string; readonly name: string }) {
  const [answer, setAnswer] = useState<EchoAnswer>();
  const { busy, trouble, run } = useDoing();
  return (
    <>
      <button
        type="button"
        disabled={busy}
        onClick={() =>
          void run(async () => {
            setAnswer(undefined);
            setAnswer(await ask<EchoAnswer>('/api/network/echo', 'POST', { address }));
          })
        }
      >
        {busy ? 'Calling …' : 'Echo'}
        <span class="hidden"> {name}</span>
      </button>
      <span aria-live="polite">
        {answer && (
          <small class={answer.answered ? 'good' : 'bad'}>
            {answer.answered ? `answered in ${answer.milliseconds} ms` : answer.words}
          </small>
        )}
      </span>
      <Trouble text={trouble} />
    </>
  );
}
