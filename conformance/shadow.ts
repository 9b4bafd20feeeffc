import { SOP_CLASSES } from '../src/dicom/uids.js';
import type { ResultObject } from '../src/values/result-objects.js';

/** SOP classes that dicom3tools 1.00~20220618 does not know. */
const UNKNOWN_TO_TOOLS: readonly string[] = [
  SOP_CLASSES.labelMapSegmentation.uid,
  SOP_CLASSES.heightMapSegmentation.uid,
];

/**
 * The object as a validator is shown it: of a class younger than the tool a copy that calls itself a Segmentation (66.4),
 * so that all the modules which they share are checked. What the tool then misses of 66.4 is on the allow-list.
 */
export function shadowOf({ sopClassUid, bytes }: ResultObject): Uint8Array {
  if (!UNKNOWN_TO_TOOLS.includes(sopClassUid)) return bytes;
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(sopClassUid); at >= 0; at = copy.indexOf(sopClassUid, at + 1)) {
    copy.write(SOP_CLASSES.segmentation.uid, at, 'latin1');
  }
  return copy;
}
