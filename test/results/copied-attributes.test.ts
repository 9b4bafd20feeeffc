import { expect } from 'chai';

import { DataSet } from '../../src/dicom/data-set.js';
import { commonAttributes, localDateTime } from '../../src/results/common-attributes.js';
import { copyAttributes } from '../../src/results/copied-attributes.js';
import { HOSTILE_ATTRIBUTES } from '../support/hostile-attributes.js';
import { resultInput } from '../support/result-input.js';

describe('attributes of the source in a result', () => {
  it('shortens descriptions but never an identifier: it might become another patient’s', () => {
    const copy = copyAttributes(DataSet.of(HOSTILE_ATTRIBUTES['everything too long']!));
    expect(copy.has('PatientID')).to.equal(true);
    expect(copy.text('PatientID')).to.equal(undefined);
    expect(copy.text('AccessionNumber')).to.equal(undefined);
    expect(copy.text('StudyDescription')).to.equal('ä'.repeat(64));
    expect(copy.text('PatientName')).to.equal('N'.repeat(64));
  });

  it('leaves out what has not the form of its VR, and keeps Type 2 attributes empty', () => {
    const copy = copyAttributes(DataSet.of(HOSTILE_ATTRIBUTES['forms that are none']!));
    expect(copy.text('StudyDate')).to.equal(undefined);
    expect(copy.has('StudyDate')).to.equal(true);
    expect(copy.has('PatientAge')).to.equal(false);
  });

  it('keeps of a sequence what is in it', () => {
    const copy = copyAttributes(
      DataSet.of(HOSTILE_ATTRIBUTES['empty and partly filled sequences']!),
    );
    expect(copy.items('OtherPatientIDsSequence')).to.have.length(1);
    expect(copy.has('IssuerOfAccessionNumberSequence')).to.equal(false);
  });

  it('says our equipment as its own and the scanner as contributing', () => {
    const input = resultInput();
    const dataSet = commonAttributes(input, 'segmentation');
    expect(dataSet.text('Manufacturer')).to.equal('OCTriage project');
    const scanner = dataSet.item('ContributingEquipmentSequence');
    expect(scanner?.text('Manufacturer')).to.equal(input.source.text('Manufacturer'));
  });

  it('writes times in the zone of the source', () => {
    const instant = '2026-11-23T23:30:15.000Z';
    expect(localDateTime(instant, undefined)).to.deep.equal({ date: '20261123', time: '233015' });
    expect(localDateTime(instant, '+0100')).to.deep.equal({ date: '20261124', time: '003015' });
    expect(localDateTime(instant, '-0930')).to.deep.equal({ date: '20261123', time: '140015' });
  });
});
