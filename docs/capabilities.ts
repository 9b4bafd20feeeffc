/** A test that shows a capability: file, and a piece of the title as it stands there. */
export type Proof = readonly [file: string, title: string];

export interface Capability {
  /** What the node can do, in a sentence. */
  readonly what: string;
  /** Tests that fail when it cannot. */
  readonly proofs: readonly Proof[];
  /** What is measured once and by hand, and where that stands. */
  readonly measured?: string;
  /** What of the wish is not there, or shown by nothing. */
  readonly open?: string;
}

/** The capabilities of the design's list (models.md, C1 to C19), with what proves each. A test holds the proofs to exist. */
export const CAPABILITIES = {
  C1: {
    what: 'The decision rests on the tissue map alone, and can be computed again from the stored segmentation.',
    proofs: [
      ['test/inference/golden-scan.test.ts', 'C1: from the tissue map of a network'],
      ['test/inference/stored-label-maps.test.ts', 'C1: from the label maps of its networks alone'],
      ['test/evaluation/drawn-truth.test.ts', 'gives every voxel back its class'],
    ],
  },
  C2: {
    what: 'N × M members; one that fails is dropped, named, and the result marked degraded.',
    proofs: [
      ['test/inference/ensembles.test.ts', 'one row of referral probabilities for each pair'],
      ['test/inference/dropped-members.test.ts', 'is dropped in the middle of a scan'],
      ['test/inference/dropped-members.test.ts', 'whose file is corrupt is left out'],
    ],
  },
  C3: {
    what: 'Where the members differ is a map, a volume, and a volume for each member.',
    proofs: [
      ['test/inference/dropped-members.test.ts', 'is told A-scan by A-scan, as a volume'],
      ['conformance/read-maps.test.ts', 'shows where the networks differ'],
    ],
    open: 'That a patch of low signal raises it is not shown on a trained ensemble.',
  },
  C4: {
    what: 'A device that is unknown, or known and not validated, gets a report with the reason and never a class.',
    proofs: [
      ['test/devices/unvalidated.test.ts', 'is recognised and not assessed'],
      ['test/e2e/scan-to-pacs.test.ts', 'an unknown device ends as a report'],
    ],
  },
  C5: {
    what: 'One canonical grid for every device, and labels back to within a pixel.',
    proofs: [
      ['test/inference/canonical-grid.test.ts', 'labels come back to within a pixel'],
      ['test/inference/canonical-grid.test.ts', 'makes two display curves of one scan look alike'],
    ],
    measured: 'docs/reference/agreement.md: one eye in the dress of several devices.',
  },
  C6: {
    what: 'A volume in seconds on a CPU.',
    proofs: [['test/inference/golden-scan.test.ts', 'its pace is told']],
    measured: 'docs/reference/benchmarks-volume.md; docs/reference/benchmarks-inference.md.',
    open: 'The whole way on two cores took longer than its bar when last measured.',
  },
  C7: {
    what: 'Four referral classes and ten pathologies with calibrated probabilities in the report.',
    proofs: [
      ['conformance/read-back.test.ts', 'says in the report what the segmentation shows'],
      ['test/evaluation/statistics.test.ts', 'the calibration error is the distance'],
    ],
    measured: 'Calibration of the shipped set: models/evaluation.',
  },
  C8: {
    what: 'A scan that cannot be graded is a result with a coded reason and advice.',
    proofs: [
      ['test/quality/degradations.test.ts', 'each degradation has its own coded reason'],
      ['test/pipeline.test.ts', 'a report that says not assessed'],
    ],
    measured: 'docs/reference/quality.md.',
  },
  C9: {
    what: 'A scan far from the training scans is not assessed, and a device that drifts over many scans is an alarm.',
    proofs: [
      ['test/inference/scan-statistics.test.ts', 'distance is in the spread of the training scans'],
      ['test/referral/not-assessed.test.ts', 'no failure reads as a class'],
      ['test/evaluation/drift.test.ts', 'are an alarm within 15 scans'],
      ['test/evaluation/drift.test.ts', 'eyes of many seeds are no drift'],
      ['test/operations/drift-watch.test.ts', 'an alarm in metrics and readiness'],
    ],
    measured: 'docs/decisions/0045-drift-by-ranks.md.',
  },
  C10: {
    what: 'Each answer carries its evidence: map, volumes, frames.',
    proofs: [
      ['conformance/read-back.test.ts', 'says in the report what the segmentation shows'],
      ['conformance/read-maps.test.ts', 'the key objects are the frames'],
    ],
  },
  C11: {
    what: 'A cost matrix decides, under-referral dearest; another matrix decides otherwise without training.',
    proofs: [
      ['test/referral/cost-matrix.test.ts', 'makes under-referral dearer'],
      ['test/referral/decision.test.ts', 'never becomes less urgent'],
      ['test/cli/model-sets.test.ts', 'compare: says on which scans'],
      ['test/evaluation/report.test.ts', 'counts decisions by truth'],
      ['test/referral/operating-points.test.ts', 'screening and balanced decide differently'],
      ['test/evaluation/report.test.ts', 'tells both rates of each operating point'],
    ],
    measured: 'models/operating-points.md; rates in each report of octriage evaluate.',
  },
  C12: {
    what: 'Every false negative and false positive is listed with picture, device, quality, disagreement and reason.',
    proofs: [
      ['test/archive/reader-feedback.test.ts', 'fifty labels give the two tables'],
      ['test/e2e/shadow-set.test.ts', 'a reader says what is right'],
      ['test/evaluation/report.test.ts', 'lists every scan that was not decided rightly'],
      ['test/evaluation/report.test.ts', 'is a page with plots and each wrong scan'],
      ['test/cli/evaluate.test.ts', 'with a picture of each scan'],
    ],
    open: 'Readers speak on the command line; the console has no form for it.',
  },
  C13: {
    what: 'Why: class-activation maps of the networks’ own graph, and the referral without each tissue.',
    proofs: [
      ['test/inference/activation.test.ts', 'is the mean of the maps that the networks give'],
      ['test/inference/golden-scan.test.ts', 'tells what each tissue found does to the referral'],
    ],
  },
  C14: {
    what: 'A figure of the tissue map that maximises each class.',
    proofs: [
      ['test/inference/figures.test.ts', 'is small, named in the manifest by its digest'],
      ['test/training/smoke.test.ts', 'draws what the classes are surest of'],
    ],
    measured: 'models/prototypes.png, by models/training/prototypes.py.',
  },
  C15: {
    what: 'The ensemble is measured against the mean of its members.',
    proofs: [
      ['test/evaluation/report.test.ts', 'measures the ensemble against its members'],
      ['test/evaluation/ensemble.test.ts', 'each prediction and each segmentation member'],
    ],
    measured: 'models/evaluation/phantoms, where the set has several members.',
  },
  C16: {
    what: 'What is done to an unclear picture before the networks see it must be worth it.',
    proofs: [],
    measured:
      'models/evaluation/clean-up.md, four steps on degraded phantoms; docs/decisions/0047.',
    open: 'Nothing is built in, so no test holds it: no step was shown to be worth it.',
  },
  C17: {
    what: 'The segmentation opens in viewers, aligned with the frames of the scan.',
    proofs: [
      ['conformance/read-back.test.ts', 'shows the asymmetric mask where it is'],
      ['conformance/dciodvfy.test.ts', 'has nothing to say of'],
    ],
  },
  C18: {
    what: 'Devices left out of training are a table of the report.',
    proofs: [['test/evaluation/report.test.ts', 'is a page with plots and each wrong scan']],
    measured:
      'models/manifest.json, evaluation.leaveOneDeviceOut, by models/training/device/run.sh.',
    open: 'Too long for CI: trained once for each device.',
  },
  C19: {
    what: 'A model set in shadow: results stored, never sent, and compared with the active set and with what readers decided.',
    proofs: [
      ['test/archive/reader-feedback.test.ts', 'which of two sets the readers would follow'],
      ['test/e2e/shadow-set.test.ts', 'reads each scan too'],
      ['test/archive/shadow-readings.test.ts', 'puts nothing on record that could be sent'],
    ],
  },
} as const satisfies Readonly<Record<string, Capability>>;

/** The content of `docs/reference/capabilities.md`. */
export function capabilitiesPage(): string {
  const proof = ([file, title]: Proof) => `[${file}](../../${file}): “${title}”`;
  const rows = Object.entries<Capability>(CAPABILITIES).map(
    ([id, { what, proofs, measured, open }]) =>
      [
        id,
        what,
        [...proofs.map(proof), ...(measured === undefined ? [] : [`Measured: ${measured}`])].join(
          '<br>',
        ) || 'nothing',
        open ?? '',
      ].join(' | '),
  );
  return [
    '# Capabilities, and what proves them',
    '',
    'Generated from `docs/capabilities.ts`; do not edit. The list is that of the design (models.md, C1 to C19); a test holds',
    'every test named here to exist. What is open is said.',
    '',
    '| | capability | proved by | open |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}
