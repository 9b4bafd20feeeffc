import { NOT_ASSESSED_REASONS } from '../values/not-assessed-reason.js';

export function reasonWords(name: string): string {
  return Object.hasOwn(NOT_ASSESSED_REASONS, name)
    ? NOT_ASSESSED_REASONS[name as keyof typeof NOT_ASSESSED_REASONS].meaning
    : name;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** How long ago, in the coarsest unit that says enough. */
export function age(at: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
