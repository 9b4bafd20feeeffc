import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceProfiles } from '../device-profiles.js';
import { evaluateFolder } from '../rereading/evaluate-scans.js';
import { EvaluationError } from '../evaluation/errors.js';
import { makeReport, type EvaluationReport } from '../evaluation/report.js';
import { reportPage } from '../evaluation/report-page.js';
import { parseTruthTable } from '../evaluation/truth-table.js';
import { operatingPointOf } from '../inference/operating-points.js';
import { prepareNetworks } from '../inference/prepare.js';
import { closeNetworks } from '../inference/sessions.js';
import { modelsFolder } from '../models-folder.js';
import { readCostMatrix } from '../referral/cost-matrix.js';
import { costMatricesOf, reportHead } from '../rereading/report-head.js';
import { inferenceSettings } from '../joints/workers.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printError, printJson, UsageError } from './commands.js';
import type { Command, CommandOptions } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { progressBar } from './progress.js';

const OPTIONS = {
  truth: { type: 'string', value: 'FILE', help: 'table of the truth; docs/guides/evaluate.md' },
  out: { type: 'string', value: 'FOLDER', help: 'where the report goes; evaluation by default' },
  models: { type: 'string', value: 'FOLDER', help: 'another model set than the active one' },
  title: { type: 'string', value: 'TEXT', help: 'stands over the report' },
  'no-pictures': { type: 'boolean', help: 'leaves B-scans out of the report' },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

/** `octriage evaluate --truth labels.csv DIR`: how well this node reads scans whose truth is known. */
export const evaluate: Command = {
  name: 'evaluate',
  form: 'evaluate --truth FILE FOLDER [--out FOLDER]',
  help: 'reads scans whose truth is known, and writes a report of what is right and wrong',
  options: OPTIONS,
  files: true,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const out = values.out ?? 'evaluation';
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1)
      throw new UsageError('evaluate needs one folder of scans');
    if (values.truth === undefined) throw new UsageError('evaluate needs --truth FILE');
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(`there is no folder '${folder}'`);
    }
    const table = { path: values.truth, rows: parseTruthTable(readTable(values.truth)) };
    const settings = settingsOfThisMachine();
    const { modelSet, networks } = await prepareNetworks(
      inferenceSettings(settings, values.models ?? modelsFolder(settings)),
    );
    const progress = progressBar('scans');
    try {
      const { operatingPoint } = settings;
      const costMatrix = readCostMatrix(operatingPointOf(modelSet, operatingPoint).path);
      const operatingPoints = costMatricesOf(modelSet);
      const room = { networks, costMatrix, operatingPoints, profiles: deviceProfiles(settings) };
      const evaluated = await evaluateFolder(folder, table, room, {
        pictures: values['no-pictures'] !== true,
        onScan({ name, truth, decision, reasons }, done, of) {
          const decided = decision ?? (reasons.join(', ') || 'not assessed');
          progress.clear();
          if (values.json !== true) {
            print(`${done}/${of} ${name}: ${truth.referral ?? 'truth unknown'} -> ${decided}`);
          }
          progress.show(done, of);
        },
      });
      progress.clear();
      const { withoutTruth, notEvaluated, scans, pictures } = evaluated;
      const head = reportHead(values.title ?? 'Evaluation', networks, costMatrix);
      const report = makeReport(
        { ...head, withoutTruth, notEvaluated },
        scans,
        costMatrix.costs,
        operatingPoints,
      );
      writeReport(out, report, pictures);
      if (values.json === true) printJson(summaryOf(report, out));
      else printSummary(report, out);
      return notEvaluated.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
    } finally {
      await closeNetworks(networks);
    }
  },
};

function readTable(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EvaluationError('OCT_TRUTH_TABLE_INVALID', `${path} cannot be read`, { cause });
  }
}

function writeReport(
  folder: string,
  report: EvaluationReport,
  pictures: ReadonlyMap<string, Uint8Array>,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'evaluation.json'), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(folder, 'evaluation.html'), reportPage(report, pictures));
}

/** The figures over all scans, and where the rest stands. */
function summaryOf(report: EvaluationReport, folder: string): object {
  const { all, scans, notAssessed, notEvaluated } = report;
  const [page, figures] = [join(folder, 'evaluation.html'), join(folder, 'evaluation.json')];
  return { page, figures, scans: scans.length, notAssessed, notEvaluated, all };
}

function printSummary(report: EvaluationReport, folder: string): void {
  const { referral, classes } = report.all;
  for (const { tissue, dice, scans } of classes) {
    if (dice !== null) print(`Dice of ${tissue}: ${dice.toFixed(3)} (${scans} scans)`);
  }
  if (referral.scans > 0) {
    const of = `of ${referral.scans} scans with a true referral`;
    print(
      `${referral.underReferred} under-referred, ${referral.overReferred} over-referred, ${report.notAssessed.length} not assessed, ${of}`,
    );
  }
  for (const line of report.notEvaluated) printError(line);
  print(`Report: ${join(folder, 'evaluation.html')}, figures: ${join(folder, 'evaluation.json')}`);
}
