import type { SKRSContext2D } from '@napi-rs/canvas';

import { RESEARCH_SENTENCE } from '../common-attributes.js';
import type { ResultInput } from '../result-input.js';
import { notMeasured } from '../sr/not-measured.js';
import { etdrsGrid } from '../thickness/etdrs-grid.js';
import {
  drawFindings,
  drawPathologies,
  drawProbabilities,
  drawQuality,
  drawReasons,
  drawTitle,
} from './draw-panels.js';
import { drawLegend, drawScan, type Box } from './draw-scan.js';
import { drawScale, drawThickness } from './draw-thickness.js';
import { patientFacts, scanFacts, softwareWords, verdict, type Fact } from './page-words.js';
import { shownFrame } from './shown-frame.js';
import { drawParagraph, drawText } from './text.js';
import { COLOURS, PAGE, REFERRAL_COLOURS } from './theme.js';

const LEFT = PAGE.margin;
const RIGHT = PAGE.width - PAGE.margin;
const TOP = 108;
const BOTTOM = 548;
const WIDE: Box = { x: LEFT, y: TOP, width: 462, height: BOTTOM - TOP };
const NARROW: Box = { x: 520, y: TOP, width: RIGHT - 520, height: BOTTOM - TOP };
const SCAN_HEIGHT = 143;
/** Of the only B-scan on a page without findings. */
const ONE_SCAN_HEIGHT = 230;

/**
 * The page of a reading, A4 landscape in points: the one drawing of which PDF and Secondary Capture are made. What was
 * not assessed has a page, too, with its reasons where the probabilities would be.
 */
export function drawPage(context: SKRSContext2D, input: ResultInput): void {
  context.fillStyle = COLOURS.paper;
  context.fillRect(0, 0, PAGE.width, PAGE.height);
  drawHeader(context, input);
  if (input.volume === undefined) drawReasonsOnly(context, input);
  else drawReading(context, { ...input, volume: input.volume });
  drawFooter(context, input);
}

function drawHeader(context: SKRSContext2D, input: ResultInput): void {
  const { decision } = input;
  const colour =
    REFERRAL_COLOURS[decision.kind === 'assessed' ? decision.referral : 'not-assessed'];
  context.fillStyle = colour;
  context.fillRect(LEFT, 24, 5, 62);
  drawText(context, 'OCT referral suggestion', LEFT + 14, 34, { size: 8.5, colour: COLOURS.quiet });
  drawText(context, verdict(input), LEFT + 14, 61, { size: 25, weight: 'bold', colour });
  drawText(context, RESEARCH_SENTENCE, LEFT + 14, 80, {
    size: 7.6,
    weight: 'bold',
    colour: COLOURS.warning,
  });
  drawFacts(context, patientFacts(input), 452, 160);
  drawFacts(context, scanFacts(input), 622, RIGHT - 622);
  context.fillStyle = COLOURS.rule;
  context.fillRect(LEFT, 94, RIGHT - LEFT, 0.8);
}

function drawFacts(context: SKRSContext2D, facts: readonly Fact[], x: number, width: number): void {
  facts.forEach(({ name, value }, index) => {
    const y = 34 + index * 12.6;
    drawText(context, name, x, y, { size: 7.5, colour: COLOURS.quiet });
    drawText(context, value, x + 40, y, { size: 8.5, weight: 'bold', width: width - 40 });
  });
}

function drawReading(
  context: SKRSContext2D,
  input: ResultInput & { readonly volume: NonNullable<ResultInput['volume']> },
): void {
  const { volume, findings, decision, quality } = input;
  const shown = shownFrame(input)!;
  const number = volume.frameNumbers[shown.frame]!;
  const scanTitle = `B-scan ${String(number)} of ${String(volume.frames)} – ${shown.because}`;
  let y = drawTitle(context, scanTitle, WIDE);
  const height = findings === undefined ? ONE_SCAN_HEIGHT : SCAN_HEIGHT;
  drawScan(context, input, shown.frame, { ...WIDE, y, height }, false);
  y += height + 4;
  if (findings !== undefined) {
    drawScan(context, input, shown.frame, { ...WIDE, y, height: SCAN_HEIGHT }, true);
    drawLegend(context, input, WIDE.x, y + SCAN_HEIGHT + 9);
    y += SCAN_HEIGHT + 16;
  }
  const left = { x: LEFT, y: y + 2, width: 312, height: BOTTOM - y - 2 };
  const right = { ...left, x: LEFT + 328, width: WIDE.width - 328 };
  if (findings === undefined) {
    // Nothing was measured: the reason takes the place of the measurements.
    if (decision.kind === 'not-assessed')
      drawPanel(context, 'Why not', NARROW, reasonsOf(decision));
    if (quality !== undefined) drawPanel(context, 'Scan quality', left, qualityOf(quality));
    return;
  }
  if (decision.kind === 'assessed') {
    drawPanel(context, 'Findings', left, (box) => {
      drawFindings(context, input, box);
    });
  } else {
    drawPanel(context, 'Why not', left, reasonsOf(decision));
  }
  if (quality !== undefined) drawPanel(context, 'Scan quality', right, qualityOf(quality));
  drawMeasurements(context, input, shown.frame);

  function reasonsOf(why: Extract<ResultInput['decision'], { kind: 'not-assessed' }>) {
    return (box: Box): void => {
      drawReasons(context, why, box);
    };
  }
  function qualityOf(report: NonNullable<ResultInput['quality']>) {
    return (box: Box): void => {
      drawQuality(context, report, box);
    };
  }
}

function drawPanel(
  context: SKRSContext2D,
  title: string,
  box: Box,
  draw: (inner: Box) => void,
): void {
  const y = drawTitle(context, title, box);
  draw({ ...box, y, height: box.y + box.height - y });
}

function drawMeasurements(
  context: SKRSContext2D,
  input: ResultInput & { readonly volume: NonNullable<ResultInput['volume']> },
  frame: number,
): void {
  const { findings, decision } = input;
  const grid = etdrsGrid(input);
  let y = drawTitle(context, 'Retinal thickness, ILM to Bruch’s membrane (µm)', NARROW);
  const side = 190;
  if (grid === undefined) {
    const words = findings === undefined ? 'Not measured.' : notMeasured(input).join(' ');
    drawParagraph(context, words, NARROW.x, y + 8, { width: NARROW.width, lines: 4 });
  } else {
    drawThickness(context, input, grid, frame, {
      x: NARROW.x + 14,
      y: y + 10,
      width: side,
      height: side,
    });
    const x = NARROW.x + side + 32;
    drawScale(context, { x, y: y + 20, width: 8, height: 88 });
    const { centrePointUm, totalVolumeMm3, centre } = grid;
    const facts = [
      ['centre point', centrePointUm === undefined ? '–' : `${centrePointUm.toFixed(0)} µm`],
      ['volume, 6 mm', totalVolumeMm3 === undefined ? '–' : `${totalVolumeMm3.toFixed(2)} mm³`],
      ['grid on', centre.by],
    ] as const;
    facts.forEach(([name, value], index) => {
      drawText(context, name, x, y + 126 + index * 26, { size: 6.5, colour: COLOURS.quiet });
      drawText(context, value, x, y + 136 + index * 26, { size: 8, weight: 'bold' });
    });
  }
  y += side + 28;
  if (findings === undefined || decision.kind !== 'assessed') return;
  y = drawTitle(context, 'Predicted probability, ± spread over the ensemble', { ...NARROW, y });
  drawProbabilities(context, decision, { ...NARROW, y, height: 68 });
  y = drawTitle(context, 'Pathologies', { ...NARROW, y: y + 76 });
  drawPathologies(context, findings, { ...NARROW, y, height: BOTTOM - y });
}

/** Nothing is known of the scan but why it was not read. */
function drawReasonsOnly(context: SKRSContext2D, { decision }: ResultInput): void {
  if (decision.kind !== 'not-assessed') return;
  const y = drawTitle(context, 'Why not', { ...WIDE, width: RIGHT - LEFT });
  drawReasons(context, decision, { ...WIDE, y: y + 6, height: BOTTOM - y });
}

function drawFooter(context: SKRSContext2D, input: ResultInput): void {
  context.fillStyle = COLOURS.rule;
  context.fillRect(LEFT, 556, RIGHT - LEFT, 0.8);
  const width = RIGHT - LEFT;
  drawText(context, softwareWords(input), LEFT, 567, { size: 6.8, colour: COLOURS.quiet, width });
  const words =
    'RESEARCH USE ONLY. Not a medical device. Made by a machine, seen by nobody. The whole result is in the structured report of this study.';
  drawText(context, words, LEFT, 577, { size: 6.8, colour: COLOURS.warning, width });
}
