import { DataSet } from '../dicom/data-set.js';
import { DICTIONARY, type Keyword } from '../dicom/dictionary.js';
import { cleanText, legalTexts } from './clean-text.js';

/**
 * How an attribute of the source comes into a result:
 * `identifier` as it is or not at all, since a shortened identifier may be another patient's;
 * `text` made fit for its VR; `items` the listed attributes of each item.
 */
interface Copied {
  readonly keyword: Keyword;
  readonly as: 'identifier' | 'text' | 'items';
  /** Type 2: there even when empty. */
  readonly always?: true;
  readonly attributes?: readonly Copied[];
}

function identifier(keyword: Keyword): Copied {
  return { keyword, as: 'identifier' };
}

function text(keyword: Keyword): Copied {
  return { keyword, as: 'text' };
}

function always(copied: Copied): Copied {
  return { ...copied, always: true };
}

const ISSUER: readonly Copied[] = [
  identifier('LocalNamespaceEntityID'),
  identifier('UniversalEntityID'),
  identifier('UniversalEntityIDType'),
];

/** Patient and study as the source has them (dicom-objects.md §2.2); nothing private, nothing else. */
export const COPIED_ATTRIBUTES: readonly Copied[] = [
  always(text('PatientName')),
  always(identifier('PatientID')),
  identifier('IssuerOfPatientID'),
  identifier('TypeOfPatientID'),
  {
    keyword: 'IssuerOfPatientIDQualifiersSequence',
    as: 'items',
    attributes: [identifier('UniversalEntityID'), identifier('UniversalEntityIDType')],
  },
  {
    keyword: 'OtherPatientIDsSequence',
    as: 'items',
    attributes: [
      identifier('PatientID'),
      identifier('IssuerOfPatientID'),
      identifier('TypeOfPatientID'),
    ],
  },
  always(text('PatientBirthDate')),
  always(text('PatientSex')),
  text('PatientAge'),
  text('PatientIdentityRemoved'),
  text('DeidentificationMethod'),
  always(text('StudyDate')),
  always(text('StudyTime')),
  always(identifier('StudyID')),
  text('StudyDescription'),
  always(identifier('AccessionNumber')),
  { keyword: 'IssuerOfAccessionNumberSequence', as: 'items', attributes: ISSUER },
  always(text('ReferringPhysicianName')),
];

/** Copies the attributes of a table. What is hostile in them (over-long, odd, empty) does not come along. */
export function copyAttributes(
  source: DataSet,
  table: readonly Copied[] = COPIED_ATTRIBUTES,
): DataSet {
  const copy = new DataSet();
  for (const { keyword, as, always: type2, attributes } of table) {
    if (as === 'items') {
      const items = source
        .items(keyword)
        .map((item) => copyAttributes(item, attributes))
        .filter((item) => item.elements().length > 0);
      if (items.length > 0) copy.set(keyword, items);
      continue;
    }
    const value =
      as === 'identifier' ? identifierValue(source, keyword) : textValue(source, keyword);
    if (value !== undefined) copy.set(keyword, value);
    else if (type2) copy.set(keyword, []);
  }
  return copy;
}

/** None of these has more than one value; several are not an identifier. */
function identifierValue(source: DataSet, keyword: Keyword): string | undefined {
  const texts = legalTexts(source, keyword);
  return texts?.length === 1 && texts[0] !== '' ? texts[0] : undefined;
}

function textValue(source: DataSet, keyword: Keyword): string | undefined {
  return cleanText(DICTIONARY[keyword].vr, source.texts(keyword).join(' '));
}
