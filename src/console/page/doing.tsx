import { useState } from 'preact/hooks';

/** Something that the node was asked to do: busy while it does it, and what it said where it did not. */
export function useDoing(): {
  readonly busy: boolean;
  readonly trouble: string;
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
} {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  return {
    busy,
    trouble,
    async run(work) {
      setBusy(true);
      setTrouble('');
      try {
        await work();
        return true;
      } catch (error) {
        setTrouble(error instanceof Error ? error.message : 'The node does not answer.');
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

export function Trouble({ text }: { readonly text: string }) {
  return text === '' ? null : (
    <p class="trouble" role="alert">
      {text}
    </p>
  );
}

/** What stands in a field of a form, blanks at its ends removed. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
