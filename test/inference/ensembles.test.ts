import { expect } from 'chai';

import { infer } from '../../src/inference/infer.js';
import {
  findDissent,
  MemberDisagreement,
  majorityLabels,
} from '../../src/inference/segmentation.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { constant, networksOf, uniform } from './fake-networks.js';

const RETINA = tissueIndex('neurosensory-retina');
const CHOROID = tissueIndex('choroid');
const VOLUME: OctVolume = {
  frames: 3,
  rows: 64,
  columns: 32,
  voxels: new Uint8Array(3 * 64 * 32).fill(90),
  spacing: { frame: 0.12, axial: 0.0078, lateral: 0.02 },
  laterality: 'L',
  frameNumbers: [1, 2, 3],
  profile: { id: 'test', because: 'test', evidence: 'none' },
  steps: [],
};

describe('inference: several members', () => {
  it('gives one row of referral probabilities for each pair of networks, and averages the pathologies', async () => {
    const networks = networksOf(
      [uniform('a', RETINA), uniform('b', CHOROID)],
      [
        constant('c', [1, 0, 0, 0], new Array<number>(10).fill(0.2)),
        constant('d', [0, 0, 0, 1], new Array<number>(10).fill(0.6)),
      ],
    );
    const findings = await infer(VOLUME, networks);
    expect(findings.referral).to.deep.equal([
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
    expect(findings.pathologies.cnv).to.be.closeTo(0.4, 1e-6);
    expect(findings.models.map(({ role, file }) => `${role} ${file}`)).to.deep.equal([
      'segmentation a',
      'segmentation b',
      'classification c',
      'classification d',
    ]);
  });

  it('the tissue map is the majority of the members', async () => {
    const networks = networksOf(
      [uniform('a', CHOROID), uniform('b', RETINA), uniform('c', RETINA)],
      [constant('d', [0.25, 0.25, 0.25, 0.25])],
    );
    const findings = await infer(VOLUME, networks);
    expect(findings.tissueMap.every((label) => label === RETINA)).to.equal(true);
    expect(findings.retinaShare).to.equal(1);
  });

  it('disagreement is the share of the tissue in which a member contradicts the majority', async () => {
    const networks = networksOf(
      [uniform('a', CHOROID), uniform('b', RETINA), uniform('c', RETINA), uniform('d', RETINA)],
      [constant('e', [0.25, 0.25, 0.25, 0.25])],
    );
    expect((await infer(VOLUME, networks)).likeness.disagreement).to.equal(0.25);
    const alike = networksOf([uniform('a', RETINA)], [constant('e', [0.25, 0.25, 0.25, 0.25])]);
    expect((await infer(VOLUME, alike)).likeness.disagreement).to.equal(0);
  });

  it('vitreous and choroid are nothing to disagree about', () => {
    const majority = Uint8Array.of(0, CHOROID, RETINA, RETINA);
    const other = Uint8Array.of(RETINA, RETINA, RETINA, 4);
    const counted = new MemberDisagreement();
    counted.add([majority, other], majority);
    expect(counted.share).to.equal(0.25);
  });

  it('says where members differ where it is asked to, and only of several', async () => {
    const members = [uniform('a', CHOROID), uniform('b', RETINA), uniform('c', RETINA)];
    const classifiers = [constant('d', [0.25, 0.25, 0.25, 0.25])];
    const asked = await infer(VOLUME, networksOf(members, classifiers), undefined, {
      dissent: true,
    });
    expect(asked.dissent?.members).to.equal(3);
    expect(asked.dissent?.dissenters).to.have.length(VOLUME.voxels.length);
    expect(asked.dissent?.dissenters.every((count) => count === 1)).to.equal(true);
    expect(asked.dissent?.alternatives.every((label) => label === CHOROID)).to.equal(true);
    const unasked = await infer(VOLUME, networksOf(members, classifiers));
    expect(unasked.dissent).to.equal(undefined);
    const alone = networksOf(members.slice(0, 1), classifiers);
    expect((await infer(VOLUME, alone, undefined, { dissent: true })).dissent).to.equal(undefined);
  });

  it('where classes are level the earliest member decides', () => {
    const members = [
      [5, 1, 2],
      [4, 1, 3],
      [4, 2, 4],
    ].map((labels) => Uint8Array.from(labels));
    expect([...majorityLabels(members)]).to.deep.equal([4, 1, 2]);
  });

  it('the alternative is what most of the dissenters see, of level classes that of the earliest', () => {
    const members = [
      [5, 1, 2, 3],
      [4, 1, 3, 3],
      [4, 1, 3, 7],
      [4, 0, 2, 8],
      [5, 1, 2, 8],
    ].map((labels) => Uint8Array.from(labels));
    const majority = majorityLabels(members);
    expect([...majority]).to.deep.equal([4, 1, 2, 3]);
    const { dissenters, alternatives } = findDissent(members, majority);
    expect([...dissenters]).to.deep.equal([2, 1, 2, 3]);
    expect([...alternatives]).to.deep.equal([5, 0, 3, 8]);
    const level = findDissent(
      [3, 7, 8].map((label) => Uint8Array.of(label)),
      Uint8Array.of(3),
    );
    expect([...level.alternatives]).to.deep.equal([7]);
    const alike = findDissent([Uint8Array.of(6), Uint8Array.of(6)], Uint8Array.of(6));
    expect([...alike.alternatives]).to.deep.equal([6]);
  });

  it('tells its progress after every B-scan, up to 1, and lets the event loop run between them', async () => {
    const shares: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const networks = networksOf(
      [uniform('a', RETINA), uniform('b', RETINA)],
      [constant('c', [1, 0, 0, 0])],
    );
    const many = { ...VOLUME, frames: 60, voxels: new Uint8Array(60 * 64 * 32) };
    await infer(many, networks, (share) => shares.push(share));
    clearInterval(timer);
    expect(shares).to.have.length(121);
    expect(shares).to.deep.equal([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).to.equal(1);
    expect(turns).to.be.above(2);
  });

  const broken: readonly (readonly [string, Parameters<typeof networksOf>])[] = [
    [
      'a segmentation network is not sure of a number',
      [[uniform('a', RETINA, NaN)], [constant('c', [1, 0, 0, 0])]],
    ],
    [
      'a referral probability is not a number',
      [[uniform('a', RETINA)], [constant('c', [NaN, 0, 0, 1])]],
    ],
    ['a referral class is missing', [[uniform('a', RETINA)], [constant('c', [0.5, 0.5])]]],
    [
      'a pathology is not a number',
      [[uniform('a', RETINA)], [constant('c', [1, 0, 0, 0], new Array<number>(10).fill(NaN))]],
    ],
  ];
  for (const [title, members] of broken) {
    it(`ends with OCT_NETWORK_OUTPUT_INVALID when ${title}`, async () => {
      const error = await infer(VOLUME, networksOf(...members)).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'OCT_NETWORK_OUTPUT_INVALID');
    });
  }
});
