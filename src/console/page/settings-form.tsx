import { useState } from 'preact/hooks';
import type { SettingRow } from '../../config/setting-rows.js';
import { useAnswer } from './api.js';
import { textOf, Trouble, useDoing } from './doing.js';
import { changeTables } from './tables.js';
import { TablesHistory } from './tables-history.js';

/** What was typed and not yet applied, by variable; null returns to the default. */
type Drafts = Readonly<Record<string, string | null>>;

/** Made from the manifest, as validation, `.env.example`, `octriage check` and the reference are. */
export function SettingsForm() {
  const { data, again } = useAnswer<{ settings: readonly SettingRow[] }>('/api/settings', true);
  const [drafts, setDrafts] = useState<Drafts>({});
  if (data === undefined) return null;
  const { settings } = data;
  const groups = [...new Set(settings.map(({ group }) => group))];
  const waiting = settings.filter((row) => row.waiting !== undefined);
  const draft = (variable: string, value: string | null | undefined) => {
    const others = Object.entries(drafts).filter(([name]) => name !== variable);
    const own = value === undefined ? [] : [[variable, value]];
    setDrafts(Object.fromEntries([...others, ...own]) as Drafts);
  };
  return (
    <>
      <h2 class="above">Settings</h2>
      <p class="small">
        What the environment or <code>.env</code> sets is changed there; everything else here.
        Changes are validated as a whole and kept with who, when and why.
      </p>
      {waiting.length > 0 && (
        <p class="notice" role="status">
          Waiting for a restart: {waiting.map(({ variable }) => variable).join(', ')}
        </p>
      )}
      {groups.map((group) => (
        <Group
          key={group}
          name={group}
          rows={settings.filter((row) => row.group === group)}
          drafts={drafts}
          draft={draft}
        />
      ))}
      <Apply
        drafts={drafts}
        discard={() => {
          setDrafts({});
        }}
        done={() => {
          setDrafts({});
          again();
        }}
      />
      <TablesHistory done={again} />
    </>
  );
}

interface RowProps {
  readonly drafts: Drafts;
  readonly draft: (variable: string, value: string | null | undefined) => void;
}

function Group({
  name,
  rows,
  ...rest
}: RowProps & { readonly name: string; readonly rows: readonly SettingRow[] }) {
  const set = rows.filter(({ origin }) => origin !== 'default').length;
  return (
    <details class="fold">
      <summary>
        {name}
        <small>{set > 0 ? ` ${set} set` : ' defaults'}</small>
      </summary>
      <div class="table-frame" tabIndex={0} role="region" aria-label={`Settings: ${name}`}>
        <table class="settings">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Value</th>
              <th scope="col">What it does</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Line key={row.variable} row={row} {...rest} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const ORIGINS = {
  environment: 'set in the environment',
  file: 'set here',
  default: 'default',
} as const;

function Line({ row, drafts, draft }: RowProps & { readonly row: SettingRow }) {
  const { variable, value, unit, origin, help, form, restart, waiting, fixed } = row;
  const shown = (text: string) => (text === '' ? '(empty)' : text);
  const editable = fixed === undefined && origin !== 'environment';
  const drafted = drafts[variable];
  return (
    <tr class={drafted === undefined ? '' : 'drafted'}>
      <th scope="row" class="uid">
        {variable}
      </th>
      <td class="setting-value">
        <span class="with-unit">
          {editable ? (
            <Field
              row={row}
              value={drafted === null ? row.default : (drafted ?? waiting ?? value)}
              onValue={(text) => {
                draft(variable, text === (waiting ?? value) ? undefined : text);
              }}
            />
          ) : (
            <span class="uid">{shown(value)}</span>
          )}
          {unit !== undefined && ` ${unit}`}
        </span>
        <small>
          {ORIGINS[origin]}
          {origin !== 'default' && `; default ${shown(row.default)}`}
        </small>
        {waiting !== undefined && (
          <small class="mark busy">waiting for a restart; in force: {shown(value)}</small>
        )}
        {editable && origin === 'file' && drafted === undefined && (
          <button
            type="button"
            class="plain"
            onClick={() => {
              draft(variable, null);
            }}
          >
            Default<span class="hidden"> for {variable}</span>
          </button>
        )}
      </td>
      <td>
        {help}
        <small>
          {form}; {restart ? 'needs a restart' : 'taken at once'}
          {fixed !== undefined && `; changed in the environment alone: ${fixed}`}
        </small>
      </td>
    </tr>
  );
}

function Field(props: {
  readonly row: SettingRow;
  readonly value: string;
  readonly onValue: (text: string) => void;
}) {
  const { row, value, onValue } = props;
  const { input, variable } = row;
  if (input && 'choices' in input) {
    return (
      <select
        aria-label={variable}
        value={value}
        onChange={(event) => {
          onValue(event.currentTarget.value);
        }}
      >
        {input.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  return (
    <input
      aria-label={variable}
      value={value}
      {...(input && { type: 'number', min: input.minimum, max: input.maximum })}
      onInput={(event) => {
        onValue(event.currentTarget.value);
      }}
    />
  );
}

/** One change of the tables for all that was typed: all of it is taken, or nothing. */
function Apply(props: {
  readonly drafts: Drafts;
  readonly discard: () => void;
  readonly done: () => void;
}) {
  const { drafts, discard, done } = props;
  const { busy, trouble, run } = useDoing();
  const count = Object.keys(drafts).length;
  if (count === 0) return null;
  const change = (why: string) =>
    changeTables((tables) => {
      const merged = Object.entries({ ...tables.settings, ...drafts });
      const kept = merged.filter((entry): entry is [string, string] => entry[1] !== null);
      return { ...tables, settings: Object.fromEntries(kept) };
    }, why);
  return (
    <form
      class="inline-form card apply"
      onSubmit={(event) => {
        event.preventDefault();
        const why = textOf(new FormData(event.currentTarget), 'why');
        void run(() => change(why)).then((ok) => {
          if (ok) done();
        });
      }}
    >
      <strong>{count === 1 ? '1 change' : `${count} changes`}</strong>
      <label class="grow">
        Why
        <input name="why" required maxLength={500} />
      </label>
      <button type="submit" class="primary" disabled={busy}>
        Apply
      </button>
      <button type="button" onClick={discard}>
        Discard
      </button>
      <Trouble text={trouble} />
    </form>
  );
}
