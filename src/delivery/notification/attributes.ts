import { readPart10Header } from '../../dicom/part10.js';
import type { NotifiableAttribute, NotificationFact } from '../../values/notification.js';

export type NotifiedAttributes = Readonly<Partial<Record<NotifiableAttribute, string>>>;

/**
 * What a target may be told of a scan, from its stored file at the moment of sending, so that no copy of it is kept. A
 * file that retention has deleted has nothing to say; that is no reason to stay silent about the scan.
 */
export async function notifiedAttributes(
  { source }: NotificationFact,
  include: readonly NotifiableAttribute[] = [],
): Promise<NotifiedAttributes> {
  if (include.length === 0) return {};
  const read = await readPart10Header(source).catch(() => undefined);
  if (read === undefined) return {};
  const found: Partial<Record<NotifiableAttribute, string>> = {};
  for (const keyword of include) {
    const value = read.dataSet.text(keyword);
    if (value !== undefined && value !== '') found[keyword] = value;
  }
  return found;
}
