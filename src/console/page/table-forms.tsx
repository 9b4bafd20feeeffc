import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { CommitmentAssociation } from '../../config/destination.js';
import type { Tables } from '../../config/tables-file.js';
import type { Origin } from '../model.js';
import { may } from './api.js';
import { AskWhy } from './ask-why.js';
import { textOf, Trouble, useDoing } from './doing.js';
import { changeTables } from './tables.js';

/** A type alone is taken from config/: the file itself is for Node.js. */
const COMMITMENT_ASSOCIATIONS: readonly CommitmentAssociation[] = [
  'same-association',
  'another-association',
];

/** A form behind a button: what it changes is asked for with the reason, and applied as a whole. */
function Change(props: {
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

export function AddDestination({ done }: { readonly done: () => void }) {
  return (
    <Change
      button="Add a destination"
      done={done}
      change={(tables, form) => {
        const asked = textOf(form, 'commitment');
        const commitment = COMMITMENT_ASSOCIATIONS.find((one) => one === asked);
        const destination = {
          name: textOf(form, 'name'),
          aeTitle: textOf(form, 'aeTitle'),
          host: textOf(form, 'host'),
          port: Number(textOf(form, 'port')),
          ...(form.has('tls') && { tls: true }),
          ...(commitment && { commitment }),
        };
        return { ...tables, destinations: [...tables.destinations, destination] };
      }}
    >
      <label>
        Name
        <input name="name" required maxLength={64} size={12} placeholder="PACS" />
      </label>
      <label>
        AE title
        <input name="aeTitle" required maxLength={16} size={16} />
      </label>
      <label>
        Host
        <input name="host" required size={16} />
      </label>
      <label>
        Port
        <input name="port" required inputMode="numeric" pattern="\d+" size={6} defaultValue="104" />
      </label>
      <label>
        Storage commitment
        <select name="commitment">
          <option value="">is not asked for</option>
          <option value="same-association">reported on the same association</option>
          <option value="another-association">reported on another association</option>
        </select>
      </label>
      <label class="check">
        <input type="checkbox" name="tls" /> TLS
      </label>
    </Change>
  );
}

/** Takes an entry of the file out of its table; one of the environment can only be changed there. */
export function Remove(props: {
  readonly origin: Origin;
  readonly name: string;
  readonly change: (tables: Tables) => Tables;
}) {
  const { origin, name, change } = props;
  if (!may('configure')) return null;
  if (origin === 'environment') return <small>from the environment</small>;
  return (
    <AskWhy confirm={`Remove ${name}`} act={(why) => changeTables(change, why)}>
      Remove<span class="hidden"> {name}</span>
    </AskWhy>
  );
}
