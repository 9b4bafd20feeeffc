import { ARCHIVE_ERRORS } from '../src/archive/errors.js';
import { RECEPTION_STATUSES } from '../src/archive/reception-status.js';
import { COMMAND_ERRORS } from '../src/cli/errors.js';
import { DELIVERY_ERRORS } from '../src/delivery/errors.js';
import { DICOM_ERRORS } from '../src/dicom/errors.js';
import { DIMSE_ERRORS } from '../src/dimse/errors.js';
import { formatStatus } from '../src/dimse/status.js';
import { EVALUATION_ERRORS } from '../src/evaluation/errors.js';
import { HTTP_PROBLEMS } from '../src/http/problem.js';
import { INFERENCE_ERRORS } from '../src/inference/errors.js';
import { REFERRAL_ERRORS } from '../src/referral/errors.js';
import { RESULT_ERRORS } from '../src/results/errors.js';
import { NOT_ASSESSED_REASONS } from '../src/values/not-assessed-reason.js';

type Row = readonly string[];

function table(header: Row, rows: readonly Row[]): string[] {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

function sentences(errors: Readonly<Record<string, string>>): Row[] {
  return Object.entries(errors).map(([code, sentence]) => [`\`${code}\``, sentence]);
}

/** The content of `docs/reference/errors.md`: every code that a log line, a report or a peer can show. */
export function errorsPage(): string {
  const lines = [
    '# Codes: what is said when something is wrong',
    '',
    'Generated from the tables in `src/`; do not edit. Codes are stable; sentences may be reworded.',
    '',
    '## Why a scan has no referral decision',
    '',
    'In the report (scheme 99OCTRIAGE), in the log and in the ledger.',
    '',
    ...table(
      ['Code', 'Name', 'Meaning'],
      Object.entries(NOT_ASSESSED_REASONS).map(([name, { code, explanation }]) => [
        code,
        `\`${name}\``,
        explanation,
      ]),
    ),
    '',
    '## What a sender is answered',
    '',
    ...table(
      ['Status', 'Error Comment'],
      Object.values(RECEPTION_STATUSES).map(({ status, comment }) => [
        formatStatus(status),
        comment || 'Success',
      ]),
    ),
    '',
    '## HTTP',
    '',
    'As `application/problem+json` (RFC 9457) with `code` and `detail`.',
    '',
    ...table(
      ['Code', 'Status', 'Meaning'],
      Object.entries(HTTP_PROBLEMS).map(([code, { status, title }]) => [
        `\`${code}\``,
        String(status),
        title,
      ]),
    ),
    '',
    '## Network',
    '',
    ...table(
      ['Code', 'Tried again', 'Meaning'],
      Object.entries({ ...DIMSE_ERRORS, ...DELIVERY_ERRORS }).map(
        ([code, { failure, sentence }]) => [
          `\`${code}\``,
          failure === 'permanent'
            ? 'no'
            : failure === 'transient'
              ? 'yes'
              : 'yes; may be there already',
          sentence,
        ],
      ),
    ),
  ];
  const rest: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    Archive: ARCHIVE_ERRORS,
    'Files and data sets': DICOM_ERRORS,
    Networks: INFERENCE_ERRORS,
    Decision: REFERRAL_ERRORS,
    Results: RESULT_ERRORS,
    Evaluation: EVALUATION_ERRORS,
    'Command line': COMMAND_ERRORS,
  };
  for (const [name, errors] of Object.entries(rest)) {
    lines.push('', `## ${name}`, '', ...table(['Code', 'Meaning'], sentences(errors)));
  }
  return `${lines.join('\n')}\n`;
}
