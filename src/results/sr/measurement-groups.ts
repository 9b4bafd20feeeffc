import { DataSet } from '../../dicom/data-set.js';
import { SOP_CLASSES } from '../../dicom/uids.js';
import { PATHOLOGIES } from '../../values/referral-class.js';
import { NOT_ASSESSED_REASONS } from '../../values/not-assessed-reason.js';
import {
  CONCEPTS,
  FINDING_ABSENT,
  NOT_ASSESSED,
  NOT_ASSESSED_CODES,
  PATHOLOGY_CODES,
  REFERRAL_CODES,
  RESEARCH_USE_ONLY,
  SUBJECTS,
  withReferralCodes,
} from '../coding-scheme.js';
import { instanceReference, RESEARCH_SENTENCE } from '../common-attributes.js';
import { sopInstanceUid, tracking } from '../identity.js';
import type { Findings } from '../../values/findings.js';
import type { ResultInput } from '../result-input.js';
import { SEGMENTED_TISSUES, segmentsOf, type Segment } from '../segments.js';
import { TISSUE_CODES } from '../tissue-codes.js';
import { DCM, QUALITY_CODES, SCT, UNITS } from '../standard-codes.js';
import { code, container, image, num, text } from './content-item.js';
import { decisiveFrameItems } from './decisive-frame-items.js';
import { ensembleItems, occlusionItems, volumeRange } from './ensemble-items.js';
import { algorithm, findingSite, sourceReference, trackingItems } from './group-parts.js';
import { legibleText } from './legible-text.js';
import { notMeasured } from './not-measured.js';
import { otherScanItems } from './other-scans.js';
import { surfaceGroups } from './surface-groups.js';
import { thicknessGroups } from './thickness-group.js';

/** The measurement groups of the report (TID 1411 a lesion, TID 1501 the rest), in the order of reading. */
export function measurementGroups(input: ResultInput): readonly DataSet[] {
  return [
    referralGroup(input),
    ...lesionGroups(input),
    ...thicknessGroups(input),
    ...surfaceGroups(input),
    ...(input.quality === undefined ? [] : [qualityGroup(input)]),
    analysisGroup(input),
  ];
}

/** A group for each class that was looked for, so that 'not found' is said and not left to be inferred. */
function lesionGroups(input: ResultInput): readonly DataSet[] {
  if (input.volume === undefined || input.findings === undefined) return [];
  const segments = segmentsOf(input);
  return SEGMENTED_TISSUES.map((tissue) => {
    const { category, type } = TISSUE_CODES[tissue];
    const segment = segments.find((candidate) => candidate.tissue === tissue);
    const method = code('HAS CONCEPT MOD', SCT.measurementMethod, DCM.sumOfSegmentedVoxels);
    return container(
      'CONTAINS',
      DCM.measurementGroup,
      [
        ...trackingItems(tracking(input, tissue)),
        code('CONTAINS', SCT.findingCategory, category),
        code('CONTAINS', DCM.finding, type),
        ...(segment === undefined
          ? []
          : [image('CONTAINS', DCM.referencedSegment, segmentReference(input, segment))]),
        image('CONTAINS', DCM.sourceImageForSegmentation, sourceReference(input)),
        ...findingSite(input),
        ...algorithm(input),
        code('CONTAINS', CONCEPTS.presence, segment === undefined ? FINDING_ABSENT : SCT.present),
        num('CONTAINS', SCT.volume, segment?.volumeMm3 ?? 0, UNITS.cubicMillimetre, [method]),
        ...volumeRange(input, tissue),
        ...occlusionItems(input, tissue),
      ],
      '1411',
    );
  });
}

/** The segment as a whole: one frame would say that the lesion is on that B-scan only. */
function segmentReference(input: ResultInput, { number }: Segment): DataSet {
  return instanceReference(SOP_CLASSES.segmentation.uid, sopInstanceUid(input, 'segmentation')).set(
    'ReferencedSegmentNumber',
    number,
  );
}

function referralGroup(input: ResultInput): DataSet {
  const { decision } = input;
  return container(
    'CONTAINS',
    DCM.measurementGroup,
    [
      ...trackingItems(tracking(input, 'referral')),
      code('CONTAINS', DCM.finding, SUBJECTS.referral),
      ...findingSite(input),
      ...algorithm(input),
      image('CONTAINS', DCM.sourceOfMeasurement, sourceReference(input)),
      code('CONTAINS', CONCEPTS.intendedUse, RESEARCH_USE_ONLY),
      text('CONTAINS', CONCEPTS.intendedUseStatement, RESEARCH_SENTENCE),
      ...(decision.kind === 'assessed' ? assessedItems(decision) : notAssessedItems(decision)),
      ...pathologyItems(input),
      ...decisiveFrameItems(input),
      ...otherScanItems(input),
    ],
    '1501',
  );
}

function assessedItems(
  decision: Extract<ResultInput['decision'], { kind: 'assessed' }>,
): readonly DataSet[] {
  const modifier = (value: Parameters<typeof code>[2]): readonly DataSet[] => [
    code('HAS CONCEPT MOD', CONCEPTS.referralClass, value),
  ];
  return [
    code('CONTAINS', CONCEPTS.referralSuggestion, REFERRAL_CODES[decision.referral]),
    ...withReferralCodes(decision.probabilities).map(([value, probability]) =>
      num('CONTAINS', CONCEPTS.referralProbability, probability, UNITS.none, modifier(value)),
    ),
    ...withReferralCodes(decision.spread).map(([value, spread]) =>
      num('CONTAINS', CONCEPTS.referralSpread, spread, UNITS.none, modifier(value)),
    ),
    text('CONTAINS', CONCEPTS.costMatrix, legibleText(decision.costMatrix)),
    text('CONTAINS', CONCEPTS.referralReason, legibleText(decision.because)),
  ];
}

function notAssessedItems(
  decision: Extract<ResultInput['decision'], { kind: 'not-assessed' }>,
): readonly DataSet[] {
  return [
    code('CONTAINS', CONCEPTS.referralSuggestion, NOT_ASSESSED),
    ...decision.reasons.map(({ name, detail }) =>
      code('CONTAINS', CONCEPTS.notAssessedReason, NOT_ASSESSED_CODES[name], [
        text('HAS PROPERTIES', CONCEPTS.reasonAdvice, NOT_ASSESSED_REASONS[name].explanation),
        text('HAS PROPERTIES', CONCEPTS.reasonDetail, legibleText(detail)),
      ]),
    ),
  ];
}

/** Of an assessed scan only: a probability of a scan that was not assessed would be read as one that was. */
function pathologyItems({ findings, decision }: ResultInput): readonly DataSet[] {
  if (findings === undefined || decision.kind !== 'assessed') return [];
  return PATHOLOGIES.map(({ name }, index) =>
    num('CONTAINS', CONCEPTS.pathologyProbability, findings.pathologies[name], UNITS.none, [
      code('HAS CONCEPT MOD', CONCEPTS.pathology, PATHOLOGY_CODES[index]!),
    ]),
  );
}

function qualityGroup(input: ResultInput): DataSet {
  const { grade, criteria, advice } = input.quality!;
  return container(
    'CONTAINS',
    DCM.measurementGroup,
    [
      ...trackingItems(tracking(input, 'quality')),
      code('CONTAINS', DCM.finding, SUBJECTS.quality),
      ...findingSite(input),
      image('CONTAINS', DCM.sourceOfMeasurement, sourceReference(input)),
      code(
        'CONTAINS',
        DCM.imageQuality,
        QUALITY_CODES[grade === 'excellent' ? 'acceptable' : grade],
      ),
      ...criteria.map(({ code: criterion, name, value, threshold, unit, passed }) =>
        text(
          'CONTAINS',
          CONCEPTS.qualityCriterion,
          legibleText(
            `${criterion} ${name}: ${String(value)} ${unit} (threshold ${String(threshold)} ${unit}): ${passed ? 'passed' : 'failed'}`,
          ),
        ),
      ),
      ...(advice === '' ? [] : [text('CONTAINS', CONCEPTS.qualityAdvice, legibleText(advice))]),
    ],
    '1501',
  );
}

/** What ran on what: profile, normalisation, models. */
function analysisGroup(input: ResultInput): DataSet {
  const { volume, findings } = input;
  const note = (concept: Parameters<typeof text>[1], value: string): DataSet =>
    text('CONTAINS', concept, legibleText(value));
  const steps = (volume?.steps ?? []).map(({ name, parameters }) => {
    const list = Object.entries(parameters).map(([key, value]) => `${key} ${String(value)}`);
    return note(
      CONCEPTS.normalisationStep,
      list.length === 0 ? name : `${name}: ${list.join(', ')}`,
    );
  });
  return container(
    'CONTAINS',
    DCM.measurementGroup,
    [
      ...trackingItems(tracking(input, 'analysis')),
      code('CONTAINS', DCM.finding, SUBJECTS.analysis),
      image('CONTAINS', DCM.sourceOfMeasurement, sourceReference(input)),
      ...deviceWords(input).map((words) => note(CONCEPTS.deviceProfile, words)),
      ...steps,
      ...(findings === undefined
        ? []
        : [
            note(
              CONCEPTS.modelSet,
              `${findings.modelSet.name} ${findings.modelSet.version}, SHA-256 ${findings.modelSet.digest}`,
            ),
            ...findings.models.map(({ role, file, sha256 }) =>
              note(CONCEPTS.model, `${role}: ${file}, SHA-256 ${sha256}`),
            ),
            ...ensembleNotes(findings).map((words) => note(CONCEPTS.ensemble, words)),
            note(CONCEPTS.executionProvider, findings.executionProvider),
            num('CONTAINS', CONCEPTS.retinaShare, findings.retinaShare, UNITS.none),
            ...ensembleItems(findings),
          ]),
      ...notMeasured(input).map((words) => note(CONCEPTS.notMeasured, words)),
      note(CONCEPTS.segmentationNote, segmentationNote(input)),
    ],
    '1501',
  );
}

/** 'Degraded' stands there in words: whoever reads the report must not take 4 members for 5. */
function ensembleNotes({ models, dropped = [] }: Findings): readonly string[] {
  const roles = ['segmentation', 'classification'] as const;
  const counts = roles.map((role) => {
    const used = models.filter((model) => model.role === role).length;
    const lost = dropped.filter((model) => model.role === role).length;
    return `${role} ${String(used)} of ${String(used + lost)}`;
  });
  return [
    `${dropped.length > 0 ? 'DEGRADED: ' : ''}${counts.join(', ')}`,
    ...dropped.map(({ role, file, reason }) => `left out: ${role} ${file}: ${reason}`),
  ];
}

/** Which profile was taken and why the others were not, also where no volume came of it. */
function deviceWords({ device, volume }: ResultInput): readonly string[] {
  if (device?.matched === false) return [`No profile matches: ${device.because}.`];
  const profile = device && { ...device.profile, because: device.because };
  const { id, because, evidence } = profile ?? volume?.profile ?? {};
  return id === undefined ? [] : [`Matched ${because!}. Profile ${id}, evidence: ${evidence!}.`];
}

function segmentationNote(input: ResultInput): string {
  if (input.volume === undefined || input.findings === undefined) {
    return 'No segmentation was made.';
  }
  return segmentsOf(input).length === 0
    ? 'No fluid and no lesion was found; there is no segmentation object, as it would have no frame.'
    : 'Volumes are sums of the voxels of the referenced segments.';
}
