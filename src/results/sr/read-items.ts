import { codeOf, isSameCode, type Code } from '../../dicom/code.js';
import type { DataSet } from '../../dicom/data-set.js';
import { DCM } from '../standard-codes.js';

/** Items of a report that was read back, found by their concepts. */

export function concept(item: DataSet): Code | undefined {
  return codeOf(item.item('ConceptNameCodeSequence'));
}

/** Every content item of a report with the item that holds it, depth first. */
export function* descendants(parent: DataSet): Generator<{ item: DataSet; parent: DataSet }> {
  for (const item of parent.items('ContentSequence')) {
    yield { item, parent };
    yield* descendants(item);
  }
}

/** What a coded item says, in words; empty where it is not coded. */
export function codedMeaning(item: DataSet | undefined): string {
  return item?.item('ConceptCodeSequence')?.text('CodeMeaning') ?? '';
}

/** What a measurement group is about, in words. */
export function findingOf(group: DataSet): string {
  return codedMeaning(find(group, DCM.finding));
}

export function conceptIs(item: DataSet, code: Code): boolean {
  return isSameCode(concept(item), code);
}

export function find(item: DataSet, code: Code): DataSet | undefined {
  return item.items('ContentSequence').find((child) => conceptIs(child, code));
}

export function findAll(item: DataSet, code: Code): readonly DataSet[] {
  return item.items('ContentSequence').filter((child) => conceptIs(child, code));
}

export function groupsOf(report: DataSet): readonly DataSet[] {
  return find(report, DCM.imagingMeasurements)?.items('ContentSequence') ?? [];
}

export function measuredValue(item: DataSet | undefined): number {
  return item?.item('MeasuredValueSequence')?.number('NumericValue') ?? Number.NaN;
}
