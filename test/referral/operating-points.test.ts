import { expect } from 'chai';
import { loadModelSet } from '../../src/inference/model-set.js';
import { operatingPointOf } from '../../src/inference/operating-points.js';
import { readCostMatrix } from '../../src/referral/cost-matrix.js';
import { decide } from '../../src/referral/decide.js';
import { REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { MODELS } from '../inference/model-folder.js';
import { findingsWith, GOOD_QUALITY, THRESHOLDS } from './evidence.js';

describe('referral: two operating points of one model set', () => {
  const modelSet = loadModelSet(MODELS);
  const at = (name: string) => readCostMatrix(operatingPointOf(modelSet, name).path);
  const decided = (name: string, ...probabilities: readonly number[]) => {
    const findings = findingsWith([probabilities]);
    const evidence = { quality: GOOD_QUALITY, costMatrix: at(name), thresholds: THRESHOLDS };
    const decision = decide({ ...evidence, findings });
    return decision.kind === 'assessed' ? decision.referral : undefined;
  };

  it('C11: screening and balanced decide differently on the same findings, without training', () => {
    expect([...modelSet.operatingPoints.keys()]).to.deep.equal(['screening', 'balanced']);
    expect(decided('screening', 0.25, 0.7, 0.03, 0.02)).to.equal('urgent');
    expect(decided('balanced', 0.25, 0.7, 0.03, 0.02)).to.equal('semi-urgent');
    expect(decided('balanced', 0.4, 0.55, 0.03, 0.02)).to.equal('urgent');
    expect(decided('screening', 0.02, 0.02, 0.06, 0.9)).to.equal('routine');
    expect(decided('balanced', 0.02, 0.02, 0.06, 0.9)).to.equal('observation-only');
  });

  it('screening is never less urgent than balanced, whatever the probabilities', () => {
    const steps = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
    for (const urgent of steps) {
      for (const semi of steps) {
        for (const routine of steps) {
          const rest = 1 - urgent - semi - routine;
          const probabilities = [urgent, semi, routine, rest];
          if (rest < -1e-9 || Math.max(...probabilities) < 0.4) continue;
          const row = probabilities.map((p) => Math.max(0, p));
          const screening = REFERRAL_CLASSES.indexOf(decided('screening', ...row)!);
          const balanced = REFERRAL_CLASSES.indexOf(decided('balanced', ...row)!);
          expect(screening, row.join()).to.be.at.most(balanced);
        }
      }
    }
  });

  it('the default is the set’s own choice, and an unknown name is a refusal that names those there are', () => {
    expect(at('').sha256).to.equal(at('screening').sha256);
    expect(() => operatingPointOf(modelSet, 'relaxed')).to.throw(/OCT|screening, balanced/);
    const without = { ...modelSet, operatingPoints: new Map<string, never>() };
    expect(() => operatingPointOf(without, 'balanced')).to.throw('the set has none');
  });
});
