import { expect } from 'chai';
import { parseProfileEntries, withProfileEntries } from '../../src/config/device-profile-entry.js';

describe('config: device profiles of the tables file', () => {
  it('one or a list, as text', () => {
    expect(parseProfileEntries('{"id":"a","basedOn":"b"}')).to.deep.equal({
      value: [{ id: 'a', basedOn: 'b' }],
    });
    expect(parseProfileEntries('[{"id":"a"},{"id":"b"}]')).to.deep.equal({
      value: [{ id: 'a' }, { id: 'b' }],
    });
  });

  for (const text of ['[]', '7', 'null', '{"name":"x"}', '[{"id":"a"},[]]']) {
    it(`${text} is none`, () => {
      expect(parseProfileEntries(text)).to.have.property('problem').that.contains('"id"');
    });
  }

  it('what is no JSON is told as the reader says it', () => {
    expect(parseProfileEntries('{"id": }'))
      .to.have.property('problem')
      .that.matches(/^is not JSON: Unexpected token/);
  });

  it('a new one is added, one with a known id takes its place', () => {
    const entries = [{ id: 'a' }, { id: 'b', name: 'old' }];
    const given = [{ id: 'b', name: 'new' }, { id: 'c' }];
    expect(withProfileEntries(entries, given)).to.deep.equal([
      { id: 'a' },
      { id: 'b', name: 'new' },
      { id: 'c' },
    ]);
  });
});
