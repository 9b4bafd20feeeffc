import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

const BASE = '/console';

function here(): string {
  return location.pathname.slice(BASE.length).replace(/\/$/, '') || '/scans';
}

/** Which page is shown, without the base: `/scans`, `/scans/<id>`, … */
export const address = signal(here());

addEventListener('popstate', () => {
  address.value = here();
});

export function go(to: string): void {
  history.pushState(null, '', BASE + to);
  address.value = here();
  scrollTo(0, 0);
  // Screen readers and keyboards begin at the top of the new page.
  document.getElementById('main')?.focus();
}

/** A link within the page: the browser's own gestures (new tab, copy) work as everywhere. */
export function Link(props: {
  readonly to: string;
  readonly class?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}) {
  const { to, current, children } = props;
  return (
    <a
      href={BASE + to}
      class={props.class}
      aria-current={current ? 'page' : undefined}
      onClick={(event: MouseEvent) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
