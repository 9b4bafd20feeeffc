import { expect } from 'chai';
import { DataSet, type Attributes } from '../../src/dicom/data-set.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { assemble } from '../../src/assembly/assemble.js';
import { looksLikeOwnResult } from '../../src/assembly/own-result.js';
import type { StoredInstance } from '../../src/values/stored-instance.js';

const OPT = SOP_CLASSES.ophthalmicTomography.uid;

function instance(sopClassUid: string, sopInstanceUid = '1.2.3.4'): StoredInstance {
  return {
    sopInstanceUid,
    sopClassUid,
    seriesInstanceUid: '1.2.3',
    studyInstanceUid: '1.2',
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    digest: 'd',
    path: '/x',
    byteLength: 1,
    callingAeTitle: 'A',
    peerAddress: '::1',
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
}

function outcomeOf(sopClassUid: string, attributes: Attributes = {}, ownResult = false) {
  const header = DataSet.of(attributes);
  return assemble({ instance: instance(sopClassUid), header, ownResult });
}

describe('assembly: what an instance makes', () => {
  it('a multi-frame OPT object is a complete acquisition by itself', () => {
    const outcome = outcomeOf(OPT, { NumberOfFrames: 128 });
    if (outcome.kind !== 'acquisition') throw new Error(outcome.kind);
    expect(outcome.acquisition).to.deep.include({
      studyInstanceUid: '1.2',
      completeBecause: 'all-frames-in-one-object',
      revision: 1,
    });
    expect(outcome.acquisition.instances).to.have.length(1);
  });

  it('R10: the same object makes the same acquisition, another one another', () => {
    const idOf = (uid: string) => {
      const outcome = assemble({
        instance: instance(OPT, uid),
        header: DataSet.of({ NumberOfFrames: 2 }),
        ownResult: false,
      });
      return outcome.kind === 'acquisition' ? outcome.acquisition.id : undefined;
    };
    expect(idOf('1.2.3.4')).to.equal(idOf('1.2.3.4')).and.not.equal(idOf('1.2.3.5'));
  });

  it('single frames and members of a concatenation are parts, grouped by what they share', () => {
    const groupOf = (attributes: Attributes) => {
      const outcome = outcomeOf(OPT, attributes);
      return outcome.kind === 'part' ? outcome.group : outcome.kind;
    };
    const right = groupOf({ NumberOfFrames: 1, ImageLaterality: 'R' });
    expect(right).to.equal(groupOf({ ImageLaterality: 'R', InstanceNumber: 7 }));
    expect(right).not.to.equal(groupOf({ ImageLaterality: 'L' }));
    expect(right).not.to.equal(groupOf({ ImageLaterality: 'R', AcquisitionNumber: 2 }));
    const member = groupOf({ NumberOfFrames: 64, ConcatenationUID: '1.2.9' });
    expect(member).to.equal(groupOf({ NumberOfFrames: 3, ConcatenationUID: '1.2.9' }));
    expect(member).not.to.equal(groupOf({ NumberOfFrames: 64, ConcatenationUID: '1.2.8' }));
  });

  it("a vendor's raw data are named as not analysable, with what to switch on", () => {
    expect(outcomeOf(SOP_CLASSES.rawData.uid).reason).to.include('not analysable');
  });

  it('own results are never input', () => {
    expect(outcomeOf(OPT, { NumberOfFrames: 128 }, true).kind).to.equal('not-input');
  });

  const otherClasses = Object.values(SOP_CLASSES).filter(({ uid }) => uid !== OPT);
  for (const { uid, name } of [...otherClasses, { uid: '1.2.3.99', name: 'unknown class' }]) {
    it(`${name} is kept with a reason`, () => {
      const outcome = outcomeOf(uid, { NumberOfFrames: 128 });
      expect(outcome.kind).to.equal('not-input');
      expect(outcome.reason).to.not.equal('');
    });
  }
});

describe('assembly: recognising own results that the ledger does not know', () => {
  const own = {
    SOPInstanceUID: '2.25.7',
    Manufacturer: 'OCTriage',
    SOPClassUID: SOP_CLASSES.segmentation.uid,
  };

  it('needs our UID root, our name and a class of results', () => {
    expect(looksLikeOwnResult(DataSet.of(own), 'OCTriage')).to.equal(true);
    for (const change of [
      { SOPInstanceUID: '1.2.3' },
      { Manufacturer: 'Topcon' },
      { SOPClassUID: OPT },
    ]) {
      expect(looksLikeOwnResult(DataSet.of({ ...own, ...change }), 'OCTriage')).to.equal(false);
    }
  });
});
