import { codeItem, type Code } from '../../dicom/code.js';
import { DataSet } from '../../dicom/data-set.js';

/** Content items of a structured report (PS3.3 C.17.3), each with its relationship to the item that holds it. */
export type Relationship = 'CONTAINS' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT' | 'HAS PROPERTIES';

function contentItem(
  relationship: Relationship,
  valueType: string,
  concept: Code | undefined,
  children: readonly DataSet[],
): DataSet {
  const item = DataSet.of({ RelationshipType: relationship, ValueType: valueType });
  if (concept !== undefined) item.set('ConceptNameCodeSequence', codeItem(concept));
  // An empty Content Sequence is not allowed (PS3.3 C.17.3.2.4).
  if (children.length > 0) item.set('ContentSequence', children);
  return item;
}

export function container(
  relationship: Relationship,
  concept: Code,
  children: readonly DataSet[],
  template?: string,
): DataSet {
  const item = contentItem(relationship, 'CONTAINER', concept, children).set(
    'ContinuityOfContent',
    'SEPARATE',
  );
  if (template !== undefined) {
    item.set(
      'ContentTemplateSequence',
      DataSet.of({ MappingResource: 'DCMR', TemplateIdentifier: template }),
    );
  }
  return item;
}

export function code(
  relationship: Relationship,
  concept: Code,
  value: Code,
  children: readonly DataSet[] = [],
): DataSet {
  return contentItem(relationship, 'CODE', concept, children).set(
    'ConceptCodeSequence',
    codeItem(value),
  );
}

export function text(relationship: Relationship, concept: Code, value: string): DataSet {
  return contentItem(relationship, 'TEXT', concept, []).set('TextValue', value);
}

export function uidReference(relationship: Relationship, concept: Code, uid: string): DataSet {
  return contentItem(relationship, 'UIDREF', concept, []).set('UID', uid);
}

/** A number with its unit; the double itself stands beside the sixteen characters of the DS (PS3.3 C.18.1). */
export function num(
  relationship: Relationship,
  concept: Code,
  value: number,
  unit: Code,
  children: readonly DataSet[] = [],
): DataSet {
  return contentItem(relationship, 'NUM', concept, children).set(
    'MeasuredValueSequence',
    DataSet.of({
      NumericValue: value,
      FloatingPointValue: value,
      MeasurementUnitsCodeSequence: codeItem(unit),
    }),
  );
}

export function image(
  relationship: Relationship,
  concept: Code | undefined,
  reference: DataSet,
): DataSet {
  return contentItem(relationship, 'IMAGE', concept, []).set('ReferencedSOPSequence', reference);
}
