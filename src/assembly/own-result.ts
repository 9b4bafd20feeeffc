import type { DataSet } from '../dicom/data-set.js';
import { sopClass } from '../dicom/uids.js';

/** The root of every UID that this node makes (PS3.5 B.2). */
const OWN_ROOT = '2.25.';

/**
 * Does an object look like one that a node of this product made? Our UID root alone proves nothing, it is open to
 * all; neither does the manufacturer's name; together with a SOP class of results they do. Guards against loops where
 * the ledger does not know the object, e.g. one made by a second node.
 */
export function looksLikeOwnResult(header: DataSet, ownManufacturer: string): boolean {
  return (
    header.text('SOPInstanceUID')?.startsWith(OWN_ROOT) === true &&
    header.text('Manufacturer') === ownManufacturer &&
    sopClass(header.text('SOPClassUID') ?? '')?.use !== 'volume'
  );
}
