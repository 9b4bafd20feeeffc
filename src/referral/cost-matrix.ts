import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

import { REFERRAL_CLASSES } from '../values/referral-class.js';
import { ReferralError } from './errors.js';

const row = z.array(z.number().min(0)).length(REFERRAL_CLASSES.length);

const costMatrixSchema = z.strictObject({
  name: z.string().min(1).max(32),
  version: z.string().min(1).max(16),
  meaning: z.string(),
  classes: z.tuple([
    z.literal(REFERRAL_CLASSES[0]),
    z.literal(REFERRAL_CLASSES[1]),
    z.literal(REFERRAL_CLASSES[2]),
    z.literal(REFERRAL_CLASSES[3]),
  ]),
  costs: z.array(row).length(REFERRAL_CLASSES.length),
});

/** What each wrong decision costs; versioned, so that a report can name the one it was made with. */
export interface CostMatrix {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** Rows: the truth; columns: the decision; both in the order of REFERRAL_CLASSES. */
  readonly costs: readonly (readonly number[])[];
}

/**
 * Reads a cost matrix (`decision.json` of a model set).
 * @throws ReferralError OCT_COST_MATRIX_UNREADABLE, OCT_COST_MATRIX_INVALID
 */
export function readCostMatrix(path: string): CostMatrix {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new ReferralError('OCT_COST_MATRIX_UNREADABLE', path, { cause });
  }
  return parseCostMatrix(bytes);
}

/** @throws ReferralError OCT_COST_MATRIX_INVALID */
export function parseCostMatrix(bytes: Uint8Array): CostMatrix {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new ReferralError('OCT_COST_MATRIX_INVALID', 'not JSON', { cause });
  }
  const parsed = costMatrixSchema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ReferralError('OCT_COST_MATRIX_INVALID', issues.join('; '));
  }
  const { name, version, costs } = parsed.data;
  checkCosts(costs);
  return { name, version, costs, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Being right costs nothing, and a less urgent decision becomes dearer, step by step, the more urgent the truth is.
 * The second (the Monge property) is what makes the least expected cost monotone: moving probability towards urgency
 * can then never make the decision less urgent.
 */
function checkCosts(costs: readonly (readonly number[])[]): void {
  const last = REFERRAL_CLASSES.length - 1;
  for (let truth = 0; truth <= last; truth++) {
    if (costs[truth]![truth] !== 0) {
      throw new ReferralError(
        'OCT_COST_MATRIX_INVALID',
        `${REFERRAL_CLASSES[truth]}: being right must cost 0`,
      );
    }
    for (let decision = 0; decision < last && truth < last; decision++) {
      const step = (row: number) => costs[row]![decision + 1]! - costs[row]![decision]!;
      if (step(truth) < step(truth + 1)) {
        throw new ReferralError(
          'OCT_COST_MATRIX_INVALID',
          `choosing ${REFERRAL_CLASSES[decision + 1]} instead of ${REFERRAL_CLASSES[decision]} must cost at least as ` +
            `much for ${REFERRAL_CLASSES[truth]} as for ${REFERRAL_CLASSES[truth + 1]}`,
        );
      }
    }
  }
}
