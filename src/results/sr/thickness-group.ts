import type { DataSet } from '../../dicom/data-set.js';
import { CONCEPTS, SCAN_CENTRE, SUBJECTS } from '../coding-scheme.js';
import { tracking } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { DCM, SCT, UNITS } from '../standard-codes.js';
import { CENTRE_POINT, TOTAL_VOLUME } from '../thickness/codes.js';
import { etdrsGrid } from '../thickness/etdrs-grid.js';
import { code, container, image, num, text } from './content-item.js';
import { centreInWords } from './grid-centre.js';
import { algorithm, findingSite, sourceReference, trackingItems } from './group-parts.js';

/**
 * Retinal thickness in the ETDRS grid: the structure of TID 2120 (site eye with its laterality, a NUM a measurement) with
 * the concepts of TID 2124, as the TID 1501 group that TID 1500 takes. What was not measured is not there.
 */
export function thicknessGroups(input: ResultInput): readonly DataSet[] {
  const grid = etdrsGrid(input);
  if (grid === undefined) return [];
  const um = (concept: Parameters<typeof num>[1], value: number | undefined): readonly DataSet[] =>
    value === undefined ? [] : [num('CONTAINS', concept, value, UNITS.micrometre)];
  const { centre, centrePointUm, subfields, totalVolumeMm3 } = grid;
  return [
    container(
      'CONTAINS',
      DCM.measurementGroup,
      [
        ...trackingItems(tracking(input, 'thickness')),
        code('CONTAINS', DCM.finding, SUBJECTS.thickness),
        ...findingSite(input, SCT.eye),
        code('HAS CONCEPT MOD', SCT.measurementMethod, DCM.totalRetinalThickness),
        ...algorithm(input),
        image('CONTAINS', DCM.sourceOfMeasurement, sourceReference(input)),
        code('CONTAINS', CONCEPTS.gridCentre, centre.by === 'fovea' ? SCT.fovea : SCAN_CENTRE),
        text('CONTAINS', CONCEPTS.gridCentreNote, centreInWords(input, grid)),
        ...um(CENTRE_POINT, centrePointUm),
        ...subfields.flatMap((subfield) => um(subfield.code, subfield.um)),
        ...(totalVolumeMm3 === undefined
          ? []
          : [num('CONTAINS', TOTAL_VOLUME, totalVolumeMm3, UNITS.cubicMillimetre)]),
      ],
      '1501',
    ),
  ];
}
