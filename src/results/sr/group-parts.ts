import type { Code } from '../../dicom/code.js';
import type { DataSet } from '../../dicom/data-set.js';
import { instanceReference } from '../common-attributes.js';
import type { Tracking } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { DCM, LATERALITY_CODES, SCT } from '../standard-codes.js';
import { code, text, uidReference } from './content-item.js';
import { legibleText } from './legible-text.js';

/** What measurement groups have in common. */

export function trackingItems({ identifier, uid }: Tracking): readonly DataSet[] {
  return [
    text('HAS OBS CONTEXT', DCM.trackingIdentifier, identifier),
    uidReference('HAS OBS CONTEXT', DCM.trackingUid, uid),
  ];
}

export function sourceReference({ sourceInstance }: ResultInput): DataSet {
  return instanceReference(sourceInstance.sopClassUid, sourceInstance.sopInstanceUid);
}

/** `site`: the retina, or the eye, as TID 2120 wants it of ophthalmic measurements. */
export function findingSite({ volume }: ResultInput, site: Code = SCT.retina): readonly DataSet[] {
  if (volume === undefined) return [];
  const laterality = code('HAS CONCEPT MOD', SCT.laterality, LATERALITY_CODES[volume.laterality]);
  return [code('HAS CONCEPT MOD', SCT.findingSite, site, [laterality])];
}

/** TID 4019. */
export function algorithm({ findings }: ResultInput): readonly DataSet[] {
  if (findings === undefined) return [];
  const { name, version, digest } = findings.modelSet;
  return [
    text('HAS CONCEPT MOD', DCM.algorithmName, legibleText(name)),
    text('HAS CONCEPT MOD', DCM.algorithmVersion, legibleText(version)),
    text('HAS CONCEPT MOD', DCM.algorithmParameters, legibleText(`model set SHA-256 ${digest}`)),
  ];
}
