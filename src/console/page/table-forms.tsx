import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Tables } from '../../config/tables-file.js';
import { RESULT_KIND_NAMES } from '../../values/result-kinds.js';
import type { Origin } from '../model.js';
import { may, useAnswer } from './api.js';
import { AskWhy } from './ask-why.js';
import {
  DESTINATION_KINDS,
  destinationOf,
  fieldsOf,
  type DestinationField,
  type DestinationKind,
} from './destination-fields.js';
import { textOf, Trouble, useDoing } from './doing.js';
import { changeTables } from './tables.js';

/** A form behind a button: what it changes is asked for with the reason, and applied as a whole. */
export function Change(props: {
  readonly button: string;
  readonly children: ComponentChildren;
  readonly change: (tables: Tables, form: FormData) => Tables;
  readonly done: () => void;
}) {
  const { button, children, change, done } = props;
  const [open, setOpen] = useState(false);
  const { busy, trouble, run } = useDoing();
  if (!open) {
    return (
      <p class="below">
        <button
          type="button"
          onClick={() => {
            setOpen(true);
          }}
        >
          {button} …
        </button>
      </p>
    );
  }
  return (
    <form
      class="inline-form card below"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        void run(() => changeTables((tables) => change(tables, form), textOf(form, 'why'))).then(
          (ok) => {
            if (!ok) return;
            setOpen(false);
            done();
          },
        );
      }}
    >
      {children}
      <label class="grow">
        Why
        <input name="why" required maxLength={500} />
      </label>
      <button type="submit" class="primary" disabled={busy}>
        {button}
      </button>
      <button
        type="button"
        onClick={() => {
          setOpen(false);
        }}
      >
        Cancel
      </button>
      <Trouble text={trouble} />
    </form>
  );
}

export function AddCaller({ done }: { readonly done: () => void }) {
  return (
    <Change
      button="Add a caller"
      done={done}
      change={(tables, form) => {
        const from = textOf(form, 'from');
        const aeTitle = textOf(form, 'aeTitle');
        const caller = { aeTitle, ...(from !== '' && { from }) };
        const port = Number(textOf(form, 'port'));
        return {
          ...tables,
          callers: [...tables.callers, caller],
          ...(textOf(form, 'host') !== '' && {
            aeAddresses: [...tables.aeAddresses, { aeTitle, host: textOf(form, 'host'), port }],
          }),
        };
      }}
    >
      <label>
        AE title
        <input name="aeTitle" required maxLength={16} size={16} />
      </label>
      <label>
        From address or network
        <input name="from" placeholder="10.1.2.0/24" size={16} />
      </label>
      <label>
        It listens on (to echo it)
        <input name="host" placeholder="host, if it does" size={16} />
      </label>
      <label>
        Port
        <input name="port" inputMode="numeric" pattern="\d*" size={6} defaultValue="104" />
      </label>
    </Change>
  );
}

/** Made from the fields of the table: a node, a web service, or back to who sent the scan. */
export function AddDestination({ done }: { readonly done: () => void }) {
  const [kind, setKind] = useState<DestinationKind>('aeTitle');
  const fields = fieldsOf(kind);
  const folds = [...new Set(fields.flatMap(({ fold }) => fold ?? []))];
  return (
    <Change
      button="Add a destination"
      done={done}
      change={(tables, form) => {
        const row = destinationOf(kind, form) as unknown as Tables['destinations'][number];
        return { ...tables, destinations: [...tables.destinations, row] };
      }}
    >
      <label>
        Kind
        <select
          value={kind}
          onChange={(event) => {
            setKind(event.currentTarget.value as DestinationKind);
          }}
        >
          {Object.entries(DESTINATION_KINDS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {fields
        .filter(({ fold }) => fold === undefined)
        .map((field) => (
          <Field key={field.path} field={field} />
        ))}
      {folds.map((fold) => (
        <details key={fold} class="terms">
          <summary>{fold}</summary>
          <div class="inline-form">
            {fields
              .filter((field) => field.fold === fold)
              .map((field) => (
                <Field key={field.path} field={field} />
              ))}
          </div>
        </details>
      ))}
    </Change>
  );
}

function Field({ field }: { readonly field: DestinationField }) {
  const { path, label, type, choices = {}, required = false, placeholder } = field;
  if (type === 'kinds') {
    return (
      <fieldset class="legend">
        <legend>{label}: segmentation and report, unless you choose</legend>
        {RESULT_KIND_NAMES.map((name) => (
          <label key={name} class="check">
            <input type="checkbox" name={path} value={name} /> {name}
          </label>
        ))}
      </fieldset>
    );
  }
  if (type === 'switch') {
    return (
      <label class="check">
        <input type="checkbox" name={path} /> {label}
      </label>
    );
  }
  return (
    <label>
      {label}
      {type === 'choice' ? (
        <select name={path}>
          {Object.entries(choices).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      ) : (
        <input
          name={path}
          required={required}
          placeholder={placeholder}
          size={type === 'integer' ? 8 : 16}
          {...(type === 'integer' && { inputMode: 'numeric', pattern: '\\d+' })}
        />
      )}
    </label>
  );
}

/** The tables of the file as they are: for what no form has, such as a second rule or an address alone. */
export function EditTables({ done }: { readonly done: () => void }) {
  return (
    <Change
      button="Edit the tables as text"
      done={done}
      change={(now, form) => {
        if (textOf(form, 'was') !== JSON.stringify(now))
          throw new Error('The tables were changed meanwhile: cancel, and look anew.');
        return JSON.parse(textOf(form, 'tables')) as Tables;
      }}
    >
      <TablesText />
    </Change>
  );
}

/** Asked for once, when the form opens: what it was made of goes with it. */
function TablesText() {
  const { data, error } = useAnswer<{ tables: Tables }>('/api/tables');
  if (data === undefined) return <p class="loading">{error ?? 'Loading …'}</p>;
  return (
    <>
      <input type="hidden" name="was" value={JSON.stringify(data.tables)} />
      <label class="whole">
        Tables of the file, as JSON
        <textarea
          name="tables"
          rows={18}
          spellcheck={false}
          defaultValue={JSON.stringify(data.tables, null, 2)}
        />
      </label>
    </>
  );
}

/** Takes an entry of the file out of its table; one of the environment can only be changed there. */
export function Remove(props: {
  readonly origin: Origin;
  readonly name: string;
  readonly change: (tables: Tables) => Tables;
  readonly done?: () => void;
}) {
  const { origin, name, change, done } = props;
  if (!may('configure')) return null;
  if (origin === 'environment') return <small>from the environment</small>;
  return (
    <AskWhy
      confirm={`Remove ${name}`}
      act={(why) => changeTables(change, why)}
      {...(done && { done })}
    >
      Remove<span class="hidden"> {name}</span>
    </AskWhy>
  );
}
