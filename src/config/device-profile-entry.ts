import { z } from 'zod';
import type { Parsed } from './problem.js';

/**
 * A row of `deviceProfiles` in the tables file: a profile as a site writes it, whole, or what differs from the one that
 * `basedOn` names. What it may say is the schema of `devices/profile-schema.ts`.
 */
export const DEVICE_PROFILE_ENTRY = z.looseObject({ id: z.string() });
export type DeviceProfileEntry = Readonly<z.infer<typeof DEVICE_PROFILE_ENTRY>>;

/** One profile or a list of them, as JSON. */
export function parseProfileEntries(text: string): Parsed<readonly DeviceProfileEntry[]> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { problem: `is not JSON: ${error instanceof Error ? error.message : ''}` };
  }
  const parsed = z.array(DEVICE_PROFILE_ENTRY).min(1).safeParse([content].flat());
  return parsed.success
    ? { value: parsed.data }
    : { problem: 'is not a device profile: an object with an "id", or a list of them' };
}

/** The entries with these among them; one takes the place of the one with its id. */
export function withProfileEntries(
  entries: readonly DeviceProfileEntry[],
  given: readonly DeviceProfileEntry[],
): readonly DeviceProfileEntry[] {
  const replaced = entries.map((entry) => given.find(({ id }) => id === entry.id) ?? entry);
  return [...replaced, ...given.filter((entry) => !replaced.includes(entry))];
}
