import { expect } from 'chai';
import { allowedFields, errorFields } from '../../src/operations/log.js';

describe('R36: the log carries no patient data', () => {
  it('drops every field that is not on the list', () => {
    const fields = { sopInstanceUid: '1.2.3', PatientName: 'CANARY^TWEETY', value: 'CANARY' };
    expect(allowedFields(fields)).to.deep.equal({ sopInstanceUid: '1.2.3' });
  });

  it('logs of a foreign error its name and code only', () => {
    const foreign = Object.assign(new Error('cannot parse CANARY^TWEETY'), { code: 'EINVAL' });
    expect(JSON.stringify(errorFields(foreign))).not.to.contain('CANARY');
  });

  it('logs the sentence of our own errors', () => {
    const own = Object.assign(new Error('The disk is full.'), { code: 'OCT_DISK_FULL' });
    expect(errorFields(own)).to.deep.equal({ code: 'OCT_DISK_FULL', reason: 'The disk is full.' });
  });
});
