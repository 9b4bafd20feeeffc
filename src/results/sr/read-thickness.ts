import { codeOf, isSameCode } from '../../dicom/code.js';
import type { DataSet } from '../../dicom/data-set.js';
import type { StatedThickness } from '../../values/etdrs.js';
import { CONCEPTS, SUBJECTS } from '../coding-scheme.js';
import { DCM, SCT } from '../standard-codes.js';
import { CENTRE_POINT, SUBFIELDS, TOTAL_VOLUME } from '../thickness/codes.js';
import { centreFromWords } from './grid-centre.js';
import { find, groupsOf, measuredValue } from './read-items.js';

/** The thickness that a report of ours states; undefined where it states none. */
export function statedThickness(report: DataSet): StatedThickness | undefined {
  const group = groupsOf(report).find((one) =>
    isSameCode(codeOf(find(one, DCM.finding)?.item('ConceptCodeSequence')), SUBJECTS.thickness),
  );
  if (group === undefined) return undefined;
  const number = (concept: Parameters<typeof find>[1]): number | undefined => {
    const item = find(group, concept);
    return item && measuredValue(item);
  };
  const found = codeOf(find(group, CONCEPTS.gridCentre)?.item('ConceptCodeSequence'));
  return {
    centre: {
      by: isSameCode(found, SCT.fovea) ? 'fovea' : 'scan centre',
      ...centreFromWords(find(group, CONCEPTS.gridCentreNote)?.text('TextValue') ?? ''),
    },
    centrePointUm: number(CENTRE_POINT),
    subfields: SUBFIELDS.map(({ code, ...place }) => ({ ...place, um: number(code) })),
    totalVolumeMm3: number(TOTAL_VOLUME),
  };
}
