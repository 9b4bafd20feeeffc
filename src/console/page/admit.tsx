import { useState } from 'preact/hooks';
import { ask } from './api.js';
import { textOf, Trouble, useDoing } from './doing.js';

/** Lets a caller in that was refused: from the address that it called from, or a network around it. */
export function Admit(props: {
  readonly entry: { readonly aeTitle: string; readonly from: string };
  readonly done: () => void;
}) {
  const { aeTitle, from } = props.entry;
  const [open, setOpen] = useState(false);
  const { busy, trouble, run } = useDoing();
  if (!open) {
    return (
      <button
        type="button"
        class="primary"
        onClick={() => {
          setOpen(true);
        }}
      >
        Admit<span class="hidden"> {aeTitle}</span> …
      </button>
    );
  }
  return (
    <form
      class="inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const asked = { aeTitle, from: textOf(form, 'from'), why: textOf(form, 'why') };
        void run(() => ask('/api/tables/admit', 'POST', asked)).then((ok) => {
          if (ok) props.done();
        });
      }}
    >
      <label>
        From address or network
        <input name="from" defaultValue={from} required />
      </label>
      <label class="grow">
        Why
        <input name="why" required maxLength={500} placeholder="New scanner in room 3" autofocus />
      </label>
      <button type="submit" class="primary" disabled={busy}>
        Admit {aeTitle}
      </button>
      <Trouble text={trouble} />
    </form>
  );
}
