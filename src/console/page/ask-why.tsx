import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { textOf, Trouble, useDoing } from './doing.js';

/** A button that asks for the reason before it does what it says; what goes wrong is shown beside it. */
export function AskWhy(props: {
  /** What the button says; three dots follow. */
  readonly children: ComponentChildren;
  readonly confirm: string;
  readonly act: (why: string) => Promise<unknown>;
  /** Told where it was done. */
  readonly done?: () => void;
}) {
  const { children, confirm, act, done } = props;
  const [asking, setAsking] = useState(false);
  const { busy, trouble, run } = useDoing();
  if (!asking) {
    return (
      <button
        type="button"
        class="plain"
        onClick={() => {
          setAsking(true);
        }}
      >
        {children} …
      </button>
    );
  }
  return (
    <form
      class="inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        const why = textOf(new FormData(event.currentTarget), 'why');
        void run(() => act(why)).then((ok) => {
          if (!ok) return;
          setAsking(false);
          done?.();
        });
      }}
    >
      <label>
        Why
        <input name="why" required maxLength={500} autofocus />
      </label>
      <button type="submit" disabled={busy}>
        {confirm}
      </button>
      <Trouble text={trouble} />
    </form>
  );
}
