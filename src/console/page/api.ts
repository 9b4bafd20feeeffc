import { effect, signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Permission, Role } from '../../values/role.js';

/** The node said no; `message` is its own sentence. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Session {
  readonly name: string;
  readonly role: Role;
  readonly via: string;
  readonly permissions: readonly Permission[];
}

/** Who is using the page: unknown until asked, null while nobody has signed in. */
export const session = signal<Session | null | undefined>(undefined);
/** Counts up whenever something changed on the node. */
export const changes = signal(0);
export const isLive = signal(false);

export function may(permission: Permission): boolean {
  return session.value?.permissions.includes(permission) === true;
}

/** Asks the node; JSON in, JSON out. @throws ApiError */
export async function ask<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (response.status === 204) return undefined as T;
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return answer as T;
  if (response.status === 401) session.value = null;
  const said = typeof answer['detail'] === 'string' ? answer['detail'] : response.statusText;
  throw new ApiError(
    response.status,
    typeof answer['code'] === 'string' ? answer['code'] : '',
    said,
  );
}

export async function begin(): Promise<void> {
  try {
    session.value = await ask<Session>('/api/session');
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    session.value = null;
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  session.value = await ask<Session>('/api/session', 'POST', { name, password });
}

export async function signOut(): Promise<void> {
  await ask('/api/session', 'DELETE');
  session.value = null;
}

/** While somebody is signed in the node tells of every change; the browser connects again by itself. */
effect(() => {
  if (!session.value) return undefined;
  const source = new EventSource('/api/changes');
  source.onmessage = () => {
    isLive.value = true;
    changes.value = changes.peek() + 1;
  };
  source.onerror = () => {
    isLive.value = false;
  };
  return () => {
    source.close();
    isLive.value = false;
  };
});

export interface Answer<T> {
  readonly data: T | undefined;
  readonly error: string | undefined;
  readonly again: () => void;
}

/**
 * What a path answers, asked anew when the path changes and, if `live`, when anything changed on the node. The last
 * answer stays while the next one is on its way, so nothing flickers.
 */
export function useAnswer<T>(path: string | undefined, live = false): Answer<T> {
  const [state, setState] = useState<{ path?: string; data?: T; error?: string }>({});
  const [round, setRound] = useState(0);
  const tick = live ? changes.value : 0;
  useEffect(() => {
    if (path === undefined) return undefined;
    let current = true;
    ask<T>(path).then(
      (data) => {
        if (current) setState({ path, data });
      },
      (error: unknown) => {
        const said = error instanceof Error ? error.message : 'The node does not answer.';
        if (current) setState((before) => ({ ...before, error: said }));
      },
    );
    return () => {
      current = false;
    };
  }, [path, round, tick]);
  return {
    data: state.path === path ? state.data : undefined,
    error: state.error,
    again: () => {
      setRound((before) => before + 1);
    },
  };
}
