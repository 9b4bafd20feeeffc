import { createHash, randomUUID } from 'node:crypto';

/**
 * PS3.5 9.1: digits and dots, at most 64 characters, no empty component. A leading zero in a component is not legal,
 * yet scanners send such UIDs and they do no harm: refusing them would refuse their scans.
 */
const UID_PATTERN = /^\d+(\.\d+)*$/;
const UID_MAX_LENGTH = 64;

/** Is this a UID that can be taken as it is? Asked before a UID is used as part of a path (lessons.md R37). */
export function isUid(text: string): boolean {
  return text.length <= UID_MAX_LENGTH && UID_PATTERN.test(text);
}

/**
 * A UID under 2.25 (PS3.5 B.2) that is a function of its parts alone, so that a run repeated after a crash makes the
 * same objects and never a second set. The UUID is version 8 (RFC 9562: 122 bits of our own, here of SHA-256).
 */
export function deterministicUid(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${String(Buffer.byteLength(part))}:${part}`);
  const uuid = hash.digest().subarray(0, 16);
  uuid[6] = (uuid[6]! & 0x0f) | 0x80;
  uuid[8] = (uuid[8]! & 0x3f) | 0x80;
  return underUuidRoot(uuid.toString('hex'));
}

/** A UID under 2.25 that nobody else has or will make. */
export function randomUid(): string {
  return underUuidRoot(randomUUID().replaceAll('-', ''));
}

function underUuidRoot(hex: string): string {
  return `2.25.${BigInt(`0x${hex}`).toString()}`;
}
