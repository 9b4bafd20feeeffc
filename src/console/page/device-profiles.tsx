import { useState } from 'preact/hooks';
import { parseProfileEntries, withProfileEntries } from '../../config/device-profile-entry.js';
import type { DeviceProfile, Range } from '../../values/device-profile.js';
import type { DeviceProfileRow } from '../node-model.js';
import { may, useAnswer } from './api.js';
import { textOf } from './doing.js';
import { Change, Remove } from './table-forms.js';

/** How devices are recognised and read: on what evidence, from where; the site's own can be added and taken out. */
export function DeviceProfiles() {
  const { data, error, again } = useAnswer<{ profiles: readonly DeviceProfileRow[] }>(
    '/api/device-profiles',
    true,
  );
  if (data === undefined) return <p class="loading">{error ?? 'Loading …'}</p>;
  const { profiles } = data;
  const own = profiles.filter(({ origin }) => origin !== 'program');
  const others = profiles.filter(({ origin }) => origin === 'program');
  return (
    <>
      <h2 class="above">Device profiles</h2>
      {own.length === 0 ? (
        <p class="small">This site has none of its own.</p>
      ) : (
        <Table name="Device profiles of this site" rows={own} done={again} />
      )}
      <details class="fold below">
        <summary>
          Of the program <small>{others.length}</small>
        </summary>
        <Table name="Device profiles of the program" rows={others} done={again} />
      </details>
      {may('configure') && <PutProfile profiles={profiles} done={again} />}
    </>
  );
}

interface Rows {
  readonly name: string;
  readonly rows: readonly DeviceProfileRow[];
  readonly done: () => void;
}

function Table({ name, rows, done }: Rows) {
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            <th scope="col">Profile</th>
            <th scope="col">Evidence</th>
            <th scope="col">Told by</th>
            <th scope="col">From</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.profile.id} row={row} done={done} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, done }: { readonly row: DeviceProfileRow; readonly done: () => void }) {
  const { profile, origin, replaces } = row;
  const { id, name, evidence, siteFile } = profile;
  return (
    <tr>
      <th scope="row">
        {name}
        <small class="uid">{id}</small>
      </th>
      <td>
        {evidence}
        {evidence === 'none' && <small>recognised, never assessed</small>}
      </td>
      <td>{toldBy(profile)}</td>
      <td>
        {siteFile ?? 'the program'}
        {replaces && <small>in place of the program’s</small>}
      </td>
      <td>
        {origin !== 'program' && (
          <Remove
            origin={origin}
            name={id}
            change={(tables) => ({
              ...tables,
              deviceProfiles: tables.deviceProfiles.filter((entry) => entry.id !== id),
            })}
            done={done}
          />
        )}
        <details>
          <summary>
            Whole<span class="hidden"> profile {id}</span>
          </summary>
          <pre class="uid">{JSON.stringify(profile, null, 2)}</pre>
        </details>
      </td>
    </tr>
  );
}

function toldBy({ match }: DeviceProfile): string {
  const { manufacturers, models, frames, rows, columns, sliceThickness } = match;
  return [
    `${manufacturers.join(' or ')}; ${models.join(' or ')}`,
    `${inWords(frames)} frames of ${inWords(rows)} × ${inWords(columns)}`,
    ...(sliceThickness ? [`slice thickness ${inWords(sliceThickness)} mm`] : []),
    ...(match.orientationPerFrame ? ['plane orientation per frame'] : []),
  ].join('; ');
}

function inWords({ from, to }: Range): string {
  return from === to ? String(from) : `${from}–${to}`;
}

/** A profile as JSON, typed or from a file; one with the id of another takes its place. */
function PutProfile(props: {
  readonly profiles: readonly DeviceProfileRow[];
  readonly done: () => void;
}) {
  const { profiles, done } = props;
  const [text, setText] = useState('');
  return (
    <Change
      button="Add or replace a device profile"
      done={() => {
        setText('');
        done();
      }}
      change={(tables, form) => {
        const given = parseProfileEntries(textOf(form, 'profile'));
        if ('problem' in given) throw new Error(`The text ${given.problem}.`);
        const deviceProfiles = withProfileEntries(tables.deviceProfiles, given.value);
        return { ...tables, deviceProfiles };
      }}
    >
      <label>
        Start from
        <select
          onChange={(event) => {
            const row = profiles.find(({ profile }) => profile.id === event.currentTarget.value);
            if (row) setText(startFrom(row));
          }}
        >
          <option value="">nothing</option>
          {profiles.map(({ profile: { id } }) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      <label>
        or from a file
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => {
            void event.currentTarget.files?.[0]?.text().then(setText);
          }}
        />
      </label>
      <label class="whole">
        Profile, as JSON
        <textarea
          name="profile"
          required
          rows={14}
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
        />
      </label>
    </Change>
  );
}

/** As the site wrote it, or what must be written to differ from a profile of the program. */
function startFrom({ profile, entry }: DeviceProfileRow): string {
  const { id, match } = profile;
  return JSON.stringify(entry ?? { id, basedOn: id, match }, null, 2);
}
