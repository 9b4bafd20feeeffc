import type { DataSet } from '../../dicom/data-set.js';
import { CONCEPTS, FINDING_ABSENT } from '../coding-scheme.js';
import { SURFACES } from '../height-map/codes.js';
import { NOT_FOUND, surfacesOf } from '../height-map/surfaces.js';
import { tracking } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { DCM, SCT, UNITS } from '../standard-codes.js';
import { code, container, image, num } from './content-item.js';
import { algorithm, findingSite, sourceReference, trackingItems } from './group-parts.js';

/** A group for each surface of the retina, tracked as in the height map: in what share of the A-scans it was found. */
export function surfaceGroups(input: ResultInput): readonly DataSet[] {
  if (input.volume === undefined || input.findings === undefined) return [];
  const found = surfacesOf(input);
  return SURFACES.map(({ name, type }) => {
    const heights = found.find((surface) => surface.name === name)?.heights ?? new Float32Array(0);
    const seen = heights.filter((height) => height !== NOT_FOUND).length;
    const share = seen / Math.max(1, heights.length);
    return container(
      'CONTAINS',
      DCM.measurementGroup,
      [
        ...trackingItems(tracking(input, name)),
        code('CONTAINS', SCT.findingCategory, SCT.anatomicalStructure),
        code('CONTAINS', DCM.finding, type),
        ...findingSite(input),
        ...algorithm(input),
        image('CONTAINS', DCM.sourceOfMeasurement, sourceReference(input)),
        code('CONTAINS', CONCEPTS.presence, share === 0 ? FINDING_ABSENT : SCT.present),
        num('CONTAINS', CONCEPTS.surfaceShare, share, UNITS.none),
      ],
      '1501',
    );
  });
}
