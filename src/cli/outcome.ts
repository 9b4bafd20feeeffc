import { formatStatus } from '../dimse/status.js';
import type { SendOutcome } from '../dimse/sender.js';

/** What came of a request, in words. The peer's Error Comment is shown here, to the operator, and in no log. */
export function sentence(outcome: SendOutcome): string {
  if (outcome.kind === 'failed') return `${outcome.reason} [${outcome.code}]`;
  const status = `status ${formatStatus(outcome.status)}`;
  const comment = outcome.comment === undefined ? '' : `: ${outcome.comment}`;
  return `${outcome.category}, ${status}${comment}`;
}
