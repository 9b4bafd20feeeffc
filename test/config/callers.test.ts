import { expect } from 'chai';
import { isAdmitted, parseCaller, type Caller } from '../../src/config/caller.js';

function callers(...texts: readonly string[]): Caller[] {
  return texts.map((text) => {
    const parsed = parseCaller(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed.value;
  });
}

describe('who may come in', () => {
  it('admits nobody from an empty list', () => {
    expect(isAdmitted([], 'ANY', '127.0.0.1')).to.be.false;
  });

  it('compares AE titles case-sensitively', () => {
    expect(isAdmitted(callers('MAESTRO'), 'MAESTRO', '10.0.0.1')).to.be.true;
    expect(isAdmitted(callers('MAESTRO'), 'maestro', '10.0.0.1')).to.be.false;
  });

  it('asks for the address where the caller is bound to one', () => {
    const list = callers('MAESTRO@10.1.2.0/24', 'CIRRUS@fd00::/8', '*@192.168.1.7');
    expect(isAdmitted(list, 'MAESTRO', '10.1.2.77')).to.be.true;
    expect(isAdmitted(list, 'MAESTRO', '10.1.3.77')).to.be.false;
    expect(isAdmitted(list, 'CIRRUS', 'fd00::5')).to.be.true;
    expect(isAdmitted(list, 'CIRRUS', '10.1.2.77')).to.be.false;
    expect(isAdmitted(list, 'WHOEVER', '192.168.1.7')).to.be.true;
  });

  it('sees through the IPv6 form of an IPv4 address', () => {
    expect(isAdmitted(callers('MAESTRO@10.1.2.0/24'), 'MAESTRO', '::ffff:10.1.2.3')).to.be.true;
  });
});
