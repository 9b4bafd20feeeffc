import type { ComponentChildren } from 'preact';
import type { Fact, ModelCardRow } from '../node-model.js';
import { Link } from './address.js';
import { useAnswer } from './api.js';
import { Icon } from './icons.js';

type About = NonNullable<ModelCardRow['about']>;

/** The installed model sets, the one that reads first, each with what its manifest and its card say. */
export function ModelSets() {
  const { data, error } = useAnswer<{ sets: readonly ModelCardRow[] }>('/api/models');
  return (
    <>
      <h2 class="above">Model sets</h2>
      {data === undefined ? (
        <p class="loading">{error ?? 'Loading …'}</p>
      ) : (
        data.sets.map((row) => <ModelSet key={row.set} row={row} />)
      )}
    </>
  );
}

function ModelSet({ row }: { readonly row: ModelCardRow }) {
  const { set, inUse, role, about, trouble } = row;
  return (
    <details class="card model-set" open={inUse}>
      <summary>
        <h3>
          {about ? `${about.name} ${about.version}` : set}
          <small>{set}</small>
        </h3>
        {inUse && (
          <span class="mark good">
            <Icon name="check" /> In use
          </span>
        )}
        {role === 'active' && !inUse && <span class="mark busy">In use from the next start</span>}
        {inUse && role !== 'active' && <span class="mark busy">Not from the next start on</span>}
        {role === 'shadow' && <span class="mark calm">Watches (shadow)</span>}
        {trouble !== undefined && (
          <span class="mark bad">
            <Icon name="cross" /> Cannot be used
          </span>
        )}
      </summary>
      {trouble !== undefined && <p class="trouble">{trouble}</p>}
      {about && <Card set={set} about={about} />}
    </details>
  );
}

function Card({ set, about }: { readonly set: string; readonly about: About }) {
  const { notice, intendedUse, members, training, measured, thresholds, limits, digest } = about;
  const data = training.find(({ name }) => name === 'data');
  const on = measured.find(({ name }) => name === 'set');
  return (
    <>
      <p class="notice">{notice}</p>
      <dl class="card-facts">
        <Entry name="Intended use">{intendedUse}</Entry>
        <Entry name="Members">
          {members.segmentation} of segmentation, {members.classification} of classification
        </Entry>
        <Entry name="Trained on">
          {data?.value ?? 'not said'}
          <Facts name="How it was trained" facts={training.filter((fact) => fact !== data)} />
        </Entry>
        <Entry name="Measured on">
          {on?.value ?? 'not said'}
          <Facts name="Figures" facts={measured.filter((fact) => fact !== on)} />
        </Entry>
        <Entry name="Known limits">
          {limits.length === 0 ? (
            'The card names none.'
          ) : (
            <ul class="bullets">
              {limits.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
          <Facts name="When it does not decide" facts={thresholds} />
        </Entry>
        <Entry name="Digest">
          <span class="uid">SHA-256 {digest}</span>
          <Facts
            name="Files"
            facts={about.files.map(({ file, sha256 }) => ({ name: file, value: sha256 }))}
          />
        </Entry>
        <Entry name="Licence">{about.licence}</Entry>
      </dl>
      {about.hasCard && (
        <p class="below">
          <Link to={`/node/models/${encodeURIComponent(set)}`}>The whole card of {set}</Link>
        </p>
      )}
    </>
  );
}

function Entry(props: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Facts({ name, facts }: { readonly name: string; readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <details>
      <summary>
        {name} ({facts.length})
      </summary>
      <table class="plain-table facts-table">
        <tbody>
          {facts.map((fact) => (
            <tr key={fact.name}>
              <th scope="row">{fact.name}</th>
              <td>{fact.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** The card of a set as it was written: Markdown, shown as text. */
export function ModelCardPage({ set }: { readonly set: string }) {
  const { data, error } = useAnswer<{ text: string }>(
    `/api/models/${encodeURIComponent(set)}/card`,
  );
  return (
    <section>
      <p class="crumbs">
        <Link to="/node">
          <Icon name="back" /> Node
        </Link>
      </p>
      <div class="head">
        <h1>Card of the model set {set}</h1>
      </div>
      {data === undefined ? (
        <p class="loading">{error ?? 'Loading …'}</p>
      ) : (
        <pre class="card whole-card" tabIndex={0}>
          {data.text}
        </pre>
      )}
    </section>
  );
}
