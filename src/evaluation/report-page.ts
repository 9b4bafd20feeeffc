import { escaped } from '../dicom/markup.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../values/referral-class.js';
import type { EvaluatedScan } from './evaluated-scan.js';
import { decimal, percent, table, UNKNOWN } from './html.js';
import { leftOutDevices } from './left-out.js';
import { calibrationPlot, dicePlot, rocPlot } from './plots.js';
import { DECISIONS, meanPrediction, verdictOf } from './referral-measures.js';
import type { Discrimination, ReferralMeasures } from './referral-measures.js';
import type { EvaluationReport, GroupMeasures } from './report.js';
import type { Estimate } from './statistics.js';

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c1b1f; background: #fff }
table { border-collapse: collapse; margin: .6rem 0 1.4rem } td, th { border: 1px solid #ccc; padding: .2rem .55rem; text-align: left; vertical-align: top }
td.n { text-align: right; font-variant-numeric: tabular-nums } thead { background: #f0f0f0 } svg { font: 12px system-ui, sans-serif; margin-right: 1.5rem }
.notice { border: 2px solid #b3261e; padding: .6rem 1rem; font-weight: 600 } article { border-top: 1px solid #ccc; padding: .6rem 0 } img { max-width: 100% }`;

const VERDICTS = ['under-referred', 'over-referred', 'not assessed'] as const;

/**
 * The report as one HTML page without scripts, fonts or pictures from elsewhere.
 * @param pictures by the name of the scan, PNG; where there is none the page says nothing of it
 */
export function reportPage(
  report: EvaluationReport,
  pictures: ReadonlyMap<string, Uint8Array> = new Map(),
): string {
  const { modelSet, all } = report;
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(report.title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(report.title)}</h1>`,
    `<p class="notice">${escaped(report.notice)}</p>`,
    `<p>${escaped(report.product)}, model set ${escaped(modelSet.name)} ${escaped(modelSet.version)} (sha256:${modelSet.digest.slice(0, 12)}; ${modelSet.segmentationMembers} × ${modelSet.classificationMembers} members on ${escaped(modelSet.executionProvider)}), cost matrix ${escaped(report.costMatrix)}. ${all.scans} scans, made ${escaped(report.made)}.</p>`,
    ...section('Referral', referral(report)),
    ...section('Operating points', [operatingPoints(report)]),
    ...section('Ensemble and its members', ensemble(report)),
    ...section('Pathologies', [curves(report.pathologyCurves)]),
    ...section('Segmentation', segmentation(all)),
    ...section('By device', groups(report.byDevice)),
    ...section('By quality', groups(report.byQuality)),
    ...section('Devices left out of training', [leftOut(report.leaveOneDeviceOut)]),
    ...VERDICTS.flatMap((verdict) => wrong(verdict, report.scans, pictures)),
    ...section('Not evaluated', [
      list([
        ...report.notEvaluated,
        ...report.withoutTruth.map((name) => `${name}: in no row of the table`),
      ]),
    ]),
    '</body></html>\n',
  ].join('\n');
}

function section(title: string, content: readonly string[]): string[] {
  return [`<h2>${escaped(title)}</h2>`, ...content];
}

function referral(report: EvaluationReport): string[] {
  const measures = report.all.referral;
  if (measures.scans === 0) return ['<p>No scan has a true referral.</p>'];
  const { calibration } = report;
  return [
    table(
      ['truth ↓ decision →', ...DECISIONS],
      REFERRAL_CLASSES.map((name, row) => [name, ...measures.confusion[row]!]),
    ),
    figures(measures),
    curves(report.referralCurves),
    rocPlot(report.referralCurves),
    ...(calibration === null
      ? []
      : [
          calibrationPlot(calibration),
          `<p>Expected calibration error ${decimal(calibration.error)}.</p>`,
        ]),
  ];
}

function figures(measures: ReferralMeasures): string {
  return table(
    ['measure', 'value', '95 % interval'],
    [
      ['scans with a true referral', measures.scans, ''],
      estimate('decisions that are wrong', measures.error),
      ['of these under-referred', measures.underReferred, ''],
      ['of these over-referred', measures.overReferred, ''],
      estimate('not assessed', measures.notAssessed),
      estimate('likeliest class is wrong', measures.errorOfLikeliest),
      estimate('sensitivity for urgent', measures.urgentSensitivity),
      estimate('specificity for urgent', measures.urgentSpecificity),
      ['mean cost of a decision', decimal(measures.meanCost), ''],
    ],
  );
}

/** Both rates of each cost matrix of the set, on the same findings. */
function operatingPoints({ operatingPoints: points }: EvaluationReport): string {
  if (points.every(({ referral: { scans } }) => scans === 0)) return '<p>Nothing to compare.</p>';
  const cell = (value: Estimate | null) =>
    value === null
      ? UNKNOWN
      : `${percent(value.value)} (${percent(value.from)} to ${percent(value.to)})`;
  return table(
    ['point', 'cost matrix', 'urgent: sensitivity', 'specificity', 'wrong', 'under', 'over'],
    points.map(({ name, costMatrix, referral: r }) => [
      name,
      costMatrix,
      cell(r.urgentSensitivity),
      cell(r.urgentSpecificity),
      cell(r.error),
      r.underReferred,
      r.overReferred,
    ]),
  );
}

function estimate(name: string, value: Estimate | null): [string, string, string] {
  const interval = value === null ? UNKNOWN : `${percent(value.from)} to ${percent(value.to)}`;
  return [name, percent(value?.value), interval];
}

function curves(all: readonly Discrimination[]): string {
  return table(
    ['class', 'has it', 'has it not', 'AUC', '95 % interval (bootstrap)'],
    all.map(({ name, positives, negatives, area }) => [
      name,
      positives,
      negatives,
      decimal(area?.value),
      area === null ? UNKNOWN : `${decimal(area.from)} to ${decimal(area.to)}`,
    ]),
  );
}

function ensemble({ ensemble: measures, all }: EvaluationReport): string[] {
  const mean = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
  };
  const volumes = all.classes.filter(({ memberErrorsNl }) => memberErrorsNl !== undefined);
  const overlaps = all.classes.filter(({ memberDice }) => memberDice !== undefined);
  if (measures === null && volumes.length + overlaps.length === 0) {
    return ['<p>Nothing to compare: a single member of each network, or no truth.</p>'];
  }
  const rows =
    measures === null
      ? []
      : [
          [
            'likeliest class is wrong',
            percent(measures.errorOfEnsemble),
            percent(mean(measures.errorOfMembers)),
          ],
          [
            'AUC of urgent',
            decimal(measures.urgentAreaOfEnsemble),
            decimal(mean(measures.urgentAreaOfMembers)),
          ],
        ];
  return [
    table(
      ['measure', 'ensemble', 'mean of its members'],
      [
        ...rows,
        ...overlaps.map(({ tissue, dice, memberDice = [] }) => [
          `Dice of ${tissue}`,
          decimal(dice),
          `${decimal(mean(memberDice))} (${memberDice.map((one) => decimal(one)).join(', ')})`,
        ]),
        ...volumes.map(({ tissue, meanAbsoluteErrorNl, memberErrorsNl = [] }) => [
          `volume error of ${tissue}, nl`,
          decimal(meanAbsoluteErrorNl, 1),
          decimal(mean(memberErrorsNl), 1),
        ]),
      ],
    ),
  ];
}

function segmentation({ classes, surfaces }: GroupMeasures): string[] {
  if (classes.length + surfaces.length === 0) return ['<p>No scan has a true segmentation.</p>'];
  return [
    table(
      [
        'class',
        'scans',
        'with it',
        'Dice',
        'true nl',
        'found nl',
        'volume error',
        'mean |error| nl',
      ],
      classes.map((one) => [
        one.tissue,
        one.scans,
        one.present,
        decimal(one.dice),
        decimal(one.truthNl, 1),
        decimal(one.foundNl, 1),
        percent(one.volumeError),
        decimal(one.meanAbsoluteErrorNl, 1),
      ]),
    ),
    dicePlot(
      classes.flatMap(({ tissue, dice }) => (dice === null ? [] : [{ name: tissue, dice }])),
    ),
    table(
      ['surface', 'scans', 'not found', 'mean |error| µm', 'bias µm', 'RMS µm', 'RMS rows'],
      surfaces.map((one) => [
        one.surface,
        one.scans,
        percent(one.missed),
        decimal(one.meanAbsoluteUm, 1),
        decimal(one.biasUm, 1),
        decimal(one.rmsUm, 1),
        decimal(one.rmsRows, 2),
      ]),
    ),
  ];
}

function groups(all: readonly GroupMeasures[]): string[] {
  const tissues = [...new Set(all.flatMap(({ classes }) => classes.map(({ tissue }) => tissue)))];
  return [
    table(
      ['group', 'scans', 'wrong', 'under', 'over', 'not assessed', 'mean cost'],
      all.map(({ group, scans, referral: r }) => [
        group,
        scans,
        percent(r.error?.value),
        r.underReferred,
        r.overReferred,
        percent(r.notAssessed?.value),
        decimal(r.meanCost, 2),
      ]),
    ),
    ...(tissues.length === 0
      ? []
      : [
          table(
            ['Dice (volume error)', ...all.map(({ group }) => group)],
            tissues.map((tissue) => [
              tissue,
              ...all.map(({ classes }) => {
                const one = classes.find((candidate) => candidate.tissue === tissue);
                return one === undefined
                  ? UNKNOWN
                  : `${decimal(one.dice)} (${percent(one.volumeError)})`;
              }),
            ]),
          ),
        ]),
    ...surfaceTable(all),
  ];
}

function surfaceTable(all: readonly GroupMeasures[]): string[] {
  const rows = all.flatMap(({ group, surfaces }) =>
    surfaces.map(({ surface, missed, meanAbsoluteUm, rmsRows }) => [
      group,
      surface,
      percent(missed),
      decimal(meanAbsoluteUm, 1),
      decimal(rmsRows, 2),
    ]),
  );
  const head = ['group', 'surface', 'not found', 'mean |error| µm', 'RMS rows'];
  return rows.length === 0 ? [] : [table(head, rows)];
}

/** As training measured it: with the device in training and without it. */
function leftOut(measured: unknown): string {
  const devices = leftOutDevices(measured);
  if (devices === undefined) return '<p>The manifest of the model set does not say.</p>';
  return table(
    ['device', 'eyes', 'referral error, device in training', 'device left out', 'ratio'],
    devices.map(({ device, eyes, seen, unseen }) => [
      device,
      eyes,
      percent(seen),
      percent(unseen),
      seen > 0 ? decimal(unseen / seen, 2) : UNKNOWN,
    ]),
  );
}

function wrong(
  verdict: (typeof VERDICTS)[number],
  scans: readonly EvaluatedScan[],
  pictures: ReadonlyMap<string, Uint8Array>,
): string[] {
  const found = scans.filter((scan) => verdictOf(scan) === verdict);
  const title = {
    'under-referred': 'False negatives: ',
    'over-referred': 'False positives: ',
    'not assessed': '',
  };
  return section(
    `${title[verdict]}${verdict} (${found.length})`,
    found.map((scan) => article(scan, pictures.get(scan.name))),
  );
}

function article(scan: EvaluatedScan, picture: Uint8Array | undefined): string {
  const { name, device, quality, truth, decision, likeness } = scan;
  const asked = scan.predictions.length > 0;
  const probabilities = REFERRAL_CLASSES.map(
    (name, i) => `${name} ${percent(meanPrediction(scan)[i])}`,
  );
  const pathologies = PATHOLOGIES.filter((one) => (scan.pathologies?.[one.name] ?? 0) >= 0.5);
  return [
    `<article><h3>${escaped(name)}</h3>`,
    list([
      `truth ${truth.referral ?? UNKNOWN} (${truth.pathologies?.join(', ') ?? UNKNOWN}), decision ${decision ?? 'not assessed'}`,
      `because: ${scan.because}${scan.reasons.length > 0 ? ` [${scan.reasons.join(', ')}]` : ''}`,
      `device ${device}; quality ${quality.grade}${quality.failed.length > 0 ? ` (${quality.failed.join(', ')})` : ''}`,
      ...(asked
        ? [
            `probabilities: ${probabilities.join(', ')}; pathologies: ${pathologies.map((one) => one.name).join(', ') || 'none'}`,
            `disagreement ${percent(likeness?.disagreement)} of the tissue, ${decimal(scan.disagreementNl, 1)} nl; distance from training ${decimal(likeness?.distance, 1)}`,
          ]
        : []),
    ]),
    picture === undefined
      ? ''
      : `<img alt="B-scan of ${escaped(name)}; what was found; what is true" src="data:image/png;base64,${Buffer.from(picture).toString('base64')}">`,
    '</article>',
  ].join('\n');
}

function list(lines: readonly string[]): string {
  if (lines.length === 0) return '<p>None.</p>';
  return `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}
