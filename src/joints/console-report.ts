import type { ReportItem, ReportSummary, StatedVolume } from '../console/model.js';
import type { DataSet } from '../dicom/data-set.js';
import { readPart10Header } from '../dicom/part10.js';
import { CONCEPTS } from '../results/coding-scheme.js';
import { codedMeaning, descendants, findingOf } from '../results/sr/read-items.js';
import { statedThickness } from '../results/sr/read-thickness.js';
import { SCT } from '../results/standard-codes.js';
import { NOT_ASSESSED_REASONS } from '../values/not-assessed-reason.js';

/**
 * Reads a report of ours for the console: the tree as it is, and what it says of decision, quality and findings.
 * @throws DicomError, and the file system's errors
 */
export async function readReport(path: string): Promise<ReportSummary> {
  const { dataSet } = await readPart10Header(path);
  const items = [...descendants(dataSet)];
  const texts = (concept: string): readonly string[] =>
    items.flatMap(({ item }) => (conceptOf(item) === concept ? [valueOf(item)] : []));
  const spreads = new Map(
    items.flatMap(({ item }) =>
      conceptOf(item) === CONCEPTS.referralSpread.value
        ? [[codedMeaning(item.item('ContentSequence')), numberOf(item)]]
        : [],
    ),
  );
  const probabilities = (concept: string) =>
    items.flatMap(({ item }) => {
      if (conceptOf(item) !== concept) return [];
      const name = codedMeaning(item.item('ContentSequence'));
      const spread = spreads.get(name);
      return [{ name, probability: numberOf(item), ...(spread !== undefined && { spread }) }];
    });
  const models = texts(CONCEPTS.model.value);
  const thickness = statedThickness(dataSet);
  const disputed = items.find(({ item }) => conceptOf(item) === CONCEPTS.disputedShare.value);
  return {
    decision: texts(CONCEPTS.referralSuggestion.value)[0] ?? '',
    because: texts(CONCEPTS.referralReason.value)[0] ?? '',
    costMatrix: texts(CONCEPTS.costMatrix.value)[0] ?? '',
    referral: probabilities(CONCEPTS.referralProbability.value),
    pathologies: probabilities(CONCEPTS.pathologyProbability.value),
    reasons: items.flatMap(({ item }) => (isReason(item) ? [reasonOf(item)] : [])),
    criteria: texts(CONCEPTS.qualityCriterion.value).map((text) => ({
      text: shortNumbers(text.replace(/: (passed|failed)$/, '')),
      passed: text.endsWith('passed'),
    })),
    advice: texts(CONCEPTS.qualityAdvice.value)[0] ?? '',
    volumes: items.flatMap(({ item, parent }) =>
      conceptOf(item) === SCT.volume.value
        ? [{ name: findingOf(parent), nanolitres: numberOf(item) * 1000, ...alternatives(parent) }]
        : [],
    ),
    ...(thickness && { thickness }),
    ...(disputed !== undefined && { disputedShare: numberOf(disputed.item) }),
    steps: texts(CONCEPTS.normalisationStep.value),
    models: [...texts(CONCEPTS.modelSet.value), ...models],
    networks: models.filter((text) => text.startsWith('segmentation:')).length,
    tree: treeOf(dataSet, 0),
  };
}

/** What a finding's group says of the networks one by one, and of the referral without the finding. */
function alternatives(group: DataSet): Pick<StatedVolume, 'alone' | 'without'> {
  const all = group.items('ContentSequence');
  const volume = (concept: string): number | undefined => {
    const found = all.find((item) => conceptOf(item) === concept);
    return found && numberOf(found) * 1000;
  };
  const least = volume(CONCEPTS.leastVolume.value);
  const most = volume(CONCEPTS.mostVolume.value);
  return {
    ...(least !== undefined && most !== undefined && { alone: { least, most } }),
    without: all
      .filter((item) => conceptOf(item) === CONCEPTS.occlusionProbability.value)
      .map((item) => ({
        name: codedMeaning(item.item('ContentSequence')),
        probability: numberOf(item),
      })),
  };
}

/** The report holds every digit of a measure; a reader wants three. A share has the unit 1, which is left out. */
function shortNumbers(text: string): string {
  return text
    .replace(/\d+\.\d+/g, (number) => String(Number(Number(number).toPrecision(3))))
    .replace(/(?<=\d) 1(?= \(|\)|$)/g, '');
}

function isReason(item: DataSet): boolean {
  return conceptOf(item) === CONCEPTS.notAssessedReason.value;
}

function reasonOf(item: DataSet): ReportSummary['reasons'][number] {
  const part = (concept: string): string =>
    item
      .items('ContentSequence')
      .filter((child) => conceptOf(child) === concept)
      .map(valueOf)[0] ?? '';
  const code = item.item('ConceptCodeSequence')?.text('CodeValue');
  const known = Object.values(NOT_ASSESSED_REASONS).find((reason) => reason.code === code);
  return {
    name: codedMeaning(item),
    advice: part(CONCEPTS.reasonAdvice.value) || (known?.explanation ?? ''),
    detail: part(CONCEPTS.reasonDetail.value),
  };
}

/** Of a report of others the tree may be of any depth. */
const DEEPEST = 32;

function treeOf(item: DataSet, depth: number): ReportItem {
  return {
    type: item.text('ValueType') ?? '',
    name: item.item('ConceptNameCodeSequence')?.text('CodeMeaning') ?? '',
    value: valueOf(item),
    children:
      depth === DEEPEST
        ? []
        : item.items('ContentSequence').map((child) => treeOf(child, depth + 1)),
  };
}

function conceptOf(item: DataSet): string | undefined {
  return item.item('ConceptNameCodeSequence')?.text('CodeValue');
}

function numberOf(item: DataSet): number {
  const measured = item.item('MeasuredValueSequence');
  return measured?.number('FloatingPointValue') ?? measured?.number('NumericValue') ?? Number.NaN;
}

function valueOf(item: DataSet): string {
  switch (item.text('ValueType')) {
    case 'CODE':
      return codedMeaning(item);
    case 'NUM': {
      const unit = item
        .item('MeasuredValueSequence')
        ?.item('MeasurementUnitsCodeSequence')
        ?.text('CodeValue');
      const number = Number(numberOf(item).toPrecision(6));
      return `${number}${unit === undefined || unit === '1' ? '' : ` ${unit}`}`;
    }
    case 'UIDREF':
      return item.text('UID') ?? '';
    case 'IMAGE': {
      const reference = item.item('ReferencedSOPSequence');
      const segment = reference?.number('ReferencedSegmentNumber');
      const uid = reference?.text('ReferencedSOPInstanceUID') ?? '';
      return segment === undefined ? uid : `segment ${segment} of ${uid}`;
    }
    default:
      return item.text('TextValue') ?? '';
  }
}
