import type { SKRSContext2D } from '@napi-rs/canvas';

import { NOT_ASSESSED_REASONS } from '../../values/not-assessed-reason.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../../values/referral-class.js';
import { TISSUES } from '../../values/tissue.js';
import { REFERRAL_CODES } from '../coding-scheme.js';
import type { ResultInput } from '../result-input.js';
import { segmentsOf } from '../segments.js';
import { css, tissueColour } from '../../values/tissue-colour.js';
import type { Box } from './draw-scan.js';
import { drawParagraph, drawText } from './text.js';
import { COLOURS, REFERRAL_COLOURS } from './theme.js';

type Decision = ResultInput['decision'];

export function drawTitle(context: SKRSContext2D, title: string, { x, y, width }: Box): number {
  drawText(context, title, x, y + 6, { size: 8, weight: 'bold', colour: COLOURS.quiet });
  context.fillStyle = COLOURS.rule;
  context.fillRect(x, y + 9.5, width, 0.7);
  return y + 14;
}

/** The four probabilities as bars, each with the spread over the ensemble as a whisker. */
export function drawProbabilities(
  context: SKRSContext2D,
  decision: Extract<Decision, { kind: 'assessed' }>,
  box: Box,
): void {
  const name = 92;
  const number = 66;
  const width = box.width - name - number;
  const step = box.height / REFERRAL_CLASSES.length;
  REFERRAL_CLASSES.forEach((referral, index) => {
    const probability = decision.probabilities[index] ?? 0;
    const spread = decision.spread[index] ?? 0;
    const y = box.y + index * step;
    const chosen = referral === decision.referral;
    const weight = chosen ? 'bold' : 'regular';
    drawText(context, REFERRAL_CODES[referral].meaning, box.x, y + step * 0.66, {
      size: 8.2,
      weight,
    });
    const x = box.x + name;
    context.fillStyle = COLOURS.panel;
    context.fillRect(x, y + step * 0.2, width, step * 0.6);
    context.fillStyle = chosen ? REFERRAL_COLOURS[referral] : COLOURS.bar;
    context.fillRect(x, y + step * 0.2, width * probability, step * 0.6);
    drawWhisker(context, x, width, y + step / 2, [probability - spread, probability + spread]);
    const words = `${percent(probability)} ± ${percent(spread)}`;
    drawText(context, words, box.x + box.width, y + step * 0.66, {
      size: 8.2,
      weight,
      align: 'right',
    });
  });
}

function drawWhisker(
  context: SKRSContext2D,
  x: number,
  width: number,
  y: number,
  range: readonly [number, number],
): void {
  const [from, to] = range.map((value) => x + width * Math.min(1, Math.max(0, value)));
  context.strokeStyle = COLOURS.ink;
  context.lineWidth = 0.9;
  context.beginPath();
  context.moveTo(from!, y);
  context.lineTo(to!, y);
  for (const end of [from!, to!]) {
    context.moveTo(end, y - 2.5);
    context.lineTo(end, y + 2.5);
  }
  context.stroke();
}

export function drawPathologies(
  context: SKRSContext2D,
  findings: NonNullable<ResultInput['findings']>,
  box: Box,
): void {
  const step = box.height / PATHOLOGIES.length;
  const name = 128;
  const width = box.width - name - 30;
  PATHOLOGIES.forEach(({ name: pathology, meaning }, index) => {
    const probability = findings.pathologies[pathology];
    const y = box.y + index * step;
    const likely = probability >= 0.5;
    const weight = likely ? 'bold' : 'regular';
    drawText(context, meaning, box.x, y + step * 0.72, { size: 7, weight });
    context.fillStyle = COLOURS.panel;
    context.fillRect(box.x + name, y + step * 0.22, width, step * 0.56);
    context.fillStyle = likely ? COLOURS.quiet : COLOURS.bar;
    context.fillRect(box.x + name, y + step * 0.22, width * probability, step * 0.56);
    const right = box.x + box.width;
    drawText(context, percent(probability), right, y + step * 0.72, {
      size: 7,
      weight,
      align: 'right',
    });
  });
}

/** Each fluid and lesion with its volume, between which volumes the networks lie, and what the decision owes to it. */
export function drawFindings(context: SKRSContext2D, input: ResultInput, box: Box): void {
  const segments = segmentsOf(input);
  if (segments.length === 0) {
    drawText(context, 'No fluid and no lesion was found.', box.x, box.y + 8);
    return;
  }
  const step = Math.min(12, box.height / (segments.length + 1));
  const columns = [box.x + 184, box.x + 252, box.x + box.width] as const;
  const head = { size: 6.5, colour: COLOURS.quiet, align: 'right' } as const;
  drawText(context, 'mm³', columns[0], box.y + 7, head);
  drawText(context, 'networks alone', columns[1], box.y + 7, head);
  const { decision } = input;
  if (occludes(input) && decision.kind === 'assessed')
    drawText(context, `${decision.referral} without`, columns[2], box.y + 7, head);
  segments.forEach(({ tissue, volumeMm3 }, index) => {
    const y = box.y + (index + 1) * step;
    const { meaning } = TISSUES.find(({ name }) => name === tissue)!;
    context.fillStyle = css(tissueColour(tissue));
    context.fillRect(box.x, y + step / 2 - 3.5, 7, 7);
    const base = y + step / 2 + 2.8;
    drawText(context, meaning, box.x + 11, base, { size: 7.5, width: 146 });
    drawText(context, volumeMm3.toFixed(3), columns[0], base, {
      size: 7.5,
      weight: 'bold',
      align: 'right',
    });
    const members = (input.findings?.disagreement?.volumesNl ?? []).map(
      (volumes) => (volumes[tissue] ?? 0) / 1000,
    );
    if (members.length > 1) {
      const words = `${Math.min(...members).toFixed(3)} – ${Math.max(...members).toFixed(3)}`;
      drawText(context, words, columns[1], base, {
        size: 7,
        colour: COLOURS.quiet,
        align: 'right',
      });
    }
    const words = withoutWords(input, tissue);
    if (words !== '') {
      drawText(context, words, columns[2], base, {
        size: 7,
        colour: COLOURS.quiet,
        align: 'right',
      });
    }
  });
}

function occludes({ decision, findings }: ResultInput): boolean {
  return decision.kind === 'assessed' && (findings?.occlusion?.length ?? 0) > 0;
}

/** '82 % → 10 %': what the probability of the class would be without a finding. */
function withoutWords(input: ResultInput, tissue: string): string {
  const { decision, findings } = input;
  const found = findings?.occlusion?.find((occlusion) => occlusion.tissue === tissue);
  if (decision.kind !== 'assessed' || found === undefined) return '';
  const index = REFERRAL_CLASSES.indexOf(decision.referral);
  const before = found.referral.with[index] ?? 0;
  const after = found.referral.without[index] ?? 0;
  return `${percent(before)} → ${percent(after)}`;
}

export function drawQuality(
  context: SKRSContext2D,
  quality: NonNullable<ResultInput['quality']>,
  box: Box,
): void {
  const failed = quality.criteria.filter(({ passed }) => !passed);
  const grade = quality.grade.replace('-', ' ');
  drawText(context, `${grade[0]!.toUpperCase()}${grade.slice(1)}`, box.x, box.y + 8, {
    size: 9,
    weight: 'bold',
    colour: failed.length > 0 ? COLOURS.warning : COLOURS.ink,
  });
  const passed = quality.criteria.length - failed.length;
  drawText(
    context,
    `${String(passed)} of ${String(quality.criteria.length)} criteria passed`,
    box.x + box.width,
    box.y + 8,
    { size: 7, colour: COLOURS.quiet, align: 'right' },
  );
  let y = box.y + 19;
  for (const { code, name, value, threshold, unit } of failed.slice(0, 3)) {
    const words = `${code} ${name}: ${round(value)} ${unit} (limit ${round(threshold)})`;
    drawText(context, words, box.x, y, { size: 7, width: box.width });
    y += 9;
  }
  if (quality.advice !== '') {
    drawParagraph(context, quality.advice, box.x, y + 1, {
      size: 7,
      width: box.width,
      lines: 4,
      colour: COLOURS.quiet,
    });
  }
}

/** Why there is no decision, what that means and what was found. */
export function drawReasons(
  context: SKRSContext2D,
  { reasons }: Extract<Decision, { kind: 'not-assessed' }>,
  box: Box,
): void {
  let y = box.y + 11;
  for (const { name, detail } of reasons) {
    const { meaning, explanation } = NOT_ASSESSED_REASONS[name];
    if (y > box.y + box.height - 20) break;
    drawText(context, meaning, box.x, y, { size: 10.5, weight: 'bold', width: box.width });
    const style = { size: 8.5, width: box.width, lines: 4 } as const;
    y = drawParagraph(context, explanation, box.x, y + 13, style);
    y = drawParagraph(context, `Found: ${detail}`, box.x, y + 1, {
      ...style,
      colour: COLOURS.quiet,
    });
    y += 12;
  }
}

/** Never 0 or 100 where it is not exactly that. */
function percent(probability: number): string {
  const value = 100 * probability;
  if (value > 0 && value < 1) return '< 1 %';
  if (value > 99 && value < 100) return '> 99 %';
  return `${value.toFixed(0)} %`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
