import type { DroppedMember, ModelIdentity } from '../values/findings.js';
import { InferenceError } from './errors.js';
import type { ModelManifest } from './manifest.js';

type Role = ModelIdentity['role'];

export function countOf(dropped: readonly DroppedMember[], role: Role): number {
  return dropped.filter((member) => member.role === role).length;
}

/** @throws InferenceError `code`, naming what was dropped and why, where too few members are left */
export function requireMembers(
  manifest: ModelManifest,
  role: Role,
  left: number,
  dropped: readonly DroppedMember[],
  code: 'OCT_NETWORK_OUTPUT_INVALID' | 'OCT_MODEL_NOT_LOADABLE',
): void {
  const minimum = manifest[role].minimumMembers;
  if (left >= minimum) return;
  const lost = dropped.filter((member) => member.role === role);
  throw new InferenceError(
    code,
    `${left} of ${left + lost.length} ${role} networks left, at least ${minimum} needed; ${lost.map(({ file, reason }) => `${file}: ${reason}`).join('; ')}`,
  );
}

/** The member that could not be used for this scan. */
export class MemberFailure extends Error {
  override readonly name = 'MemberFailure';

  constructor(readonly member: DroppedMember) {
    super(`${member.file}: ${member.reason}`);
  }
}

/**
 * Runs one network; what it throws becomes the failure of this member alone. On a device of its own (GPU) a run that
 * fails means that the device is lost: all members would fail, so none is to blame.
 * @throws MemberFailure, InferenceError OCT_PROVIDER_LOST
 */
export async function asMember<T>(
  { role, file, sha256 }: ModelIdentity,
  executionProvider: string,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof InferenceError) {
      throw new MemberFailure({ role, file, sha256, reason: 'gave no valid numbers' });
    }
    if (executionProvider !== 'cpu') {
      throw new InferenceError('OCT_PROVIDER_LOST', `${executionProvider}: ${said}`);
    }
    throw new MemberFailure({ role, file, sha256, reason: `did not run: ${said}` });
  }
}
