import { useState } from 'preact/hooks';
import { RESEARCH_USE_ONLY } from '../../values/product.js';
import { signIn } from './api.js';
import { Icon } from './icons.js';

/** As it was typed: a password may begin with a blank. */
function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

export function Login() {
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      await signIn(field(form, 'name'), field(form, 'password'));
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : 'The node does not answer.');
      setBusy(false);
    }
  }
  return (
    <main id="main" class="login">
      <div class="brand">
        <Icon name="mark" />
        <span>OCTriage</span>
      </div>
      <h1>Sign in</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Name
          <input name="name" autocomplete="username" required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {trouble !== '' && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <button type="submit" class="primary" disabled={busy}>
          Sign in
        </button>
      </form>
      <p class="small">{RESEARCH_USE_ONLY}</p>
    </main>
  );
}
