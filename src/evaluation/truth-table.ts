import { PATHOLOGIES, REFERRAL_CLASSES } from '../values/referral-class.js';
import type { PathologyName, ReferralClass } from '../values/referral-class.js';
import { EvaluationError } from './errors.js';
import { FLUID, TISSUE_NAMES, type TruthClass } from './truth.js';

/** One row of the table of the truth. */
export interface TruthRow {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Path of the scan's file, or of the folder of its files, relative to the folder of scans; or a SOP Instance UID. */
  readonly scan: string;
  readonly referral?: ReferralClass;
  readonly pathologies?: readonly PathologyName[];
  /** Path of a DICOM Segmentation or a .npy file, relative to the table. */
  readonly segmentation?: string;
  /** What was looked for; absent: all classes of a .npy file, the segments of a DICOM Segmentation. */
  readonly classes?: readonly TruthClass[];
  /** Frame numbers of the source in which someone looked; absent: all. */
  readonly frames?: readonly number[];
}

const COLUMNS = ['scan', 'referral', 'pathologies', 'segmentation', 'classes', 'frames'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads the table of the truth: comma-separated values with a header line; every column but `scan` may be missing or
 * empty. Several values of a cell are separated by `+`; frames may be given as 3-9.
 * @throws EvaluationError OCT_TRUTH_TABLE_INVALID with the line and what is wrong there
 */
export function parseTruthTable(text: string): readonly TruthRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = cells(lines[0] ?? '');
  for (const name of header) {
    if (!COLUMNS.includes(name as Column)) {
      throw invalid(1, `there is no column '${name}'; the columns are ${COLUMNS.join(', ')}`);
    }
  }
  if (!header.includes('scan')) throw invalid(1, "the column 'scan' is missing");
  const rows = lines.flatMap((text, index) => {
    if (index === 0 || text.trim() === '') return [];
    const values = cells(text);
    if (values.length > header.length) throw invalid(index + 1, 'more cells than columns');
    return [rowOf(index + 1, (column) => values[header.indexOf(column)] ?? '')];
  });
  const seen = new Set<string>();
  for (const { line, scan } of rows) {
    if (seen.has(scan)) throw invalid(line, `'${scan}' stands in the table twice`);
    seen.add(scan);
  }
  return rows;
}

function rowOf(line: number, cell: (column: Column) => string): TruthRow {
  const scan = cell('scan');
  if (scan === '') throw invalid(line, "'scan' is empty");
  const names = <Name extends string>(column: Column, known: readonly Name[]): readonly Name[] =>
    cell(column)
      .split('+')
      .map((text) => {
        const name = known.find((candidate) => candidate === text.trim());
        if (name === undefined) {
          throw invalid(line, `'${text.trim()}' is none of ${column}: ${known.join(', ')}`);
        }
        return name;
      });
  const has = (column: Column) => cell(column) !== '';
  const pathologies = PATHOLOGIES.map(({ name }) => name);
  return {
    line,
    scan,
    ...(has('referral') && { referral: names('referral', REFERRAL_CLASSES)[0]! }),
    ...(has('pathologies') && { pathologies: names('pathologies', pathologies) }),
    ...(has('segmentation') && { segmentation: cell('segmentation') }),
    ...(has('classes') && { classes: names('classes', [...TISSUE_NAMES, FLUID]) }),
    ...(has('frames') && { frames: frameNumbers(line, cell('frames')) }),
  };
}

function frameNumbers(line: number, text: string): readonly number[] {
  return text.split('+').flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part) ?? [];
    const from = Number(first);
    const to = Number(last);
    if (!(from >= 1 && to >= from && to < 100_000)) {
      throw invalid(line, `'${part.trim()}' is neither a frame number nor a range of them`);
    }
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** RFC 4180 within one line: quoted cells may hold commas, and quotes doubled. */
function cells(line: string): string[] {
  const found = [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g)];
  return found.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim());
}

function invalid(line: number, what: string): EvaluationError {
  return new EvaluationError('OCT_TRUTH_TABLE_INVALID', `line ${line}: ${what}`);
}
