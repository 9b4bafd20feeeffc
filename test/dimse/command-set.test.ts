import { expect } from 'chai';
import fc from 'fast-check';
import {
  COMMAND_ELEMENTS,
  CommandSetError,
  decodeCommandSet,
  encodeCommandSet,
} from '../../src/dimse/command-set.js';
import type { CommandSet } from '../../src/dimse/command-set.js';

const uid = fc.stringMatching(/^[1-9](\.[1-9][0-9]{0,5}){1,8}$/);
const text = fc.stringMatching(/^[A-Z]([ -\x5b]{0,20}[A-Z])?$/);
const us = fc.integer({ min: 0, max: 0xffff });
const at = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 5 });
const ARBITRARY = { UI: uid, AE: text, LO: text, US: us, AT: at };

const commandSet = fc.record(
  Object.fromEntries(
    Object.entries(COMMAND_ELEMENTS).map(([name, { vr }]) => [name, ARBITRARY[vr]]),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<CommandSet>;

describe('command set', () => {
  it('survives encoding and decoding, whatever elements it has', () => {
    fc.assert(
      fc.property(commandSet, (command) => {
        expect(decodeCommandSet(encodeCommandSet(command))).to.deep.equal({ ...command });
      }),
    );
  });

  it('is Implicit VR Little Endian in tag order behind its group length', () => {
    const bytes = encodeCommandSet({
      messageId: 1,
      commandField: 0x30,
      affectedSopClassUid: '1.2',
    });
    expect(bytes.toString('hex')).to.equal(
      '00000000' +
        '04000000' +
        '20000000' + // (0000,0000) UL 32
        '00000200' +
        '04000000' +
        '312e3200' + // (0000,0002) "1.2" padded with NUL
        '00000001' +
        '02000000' +
        '3000' + // (0000,0100) 0x0030
        '00001001' +
        '02000000' +
        '0100', // (0000,0110) 1
    );
  });

  it('skips elements it does not know', () => {
    const retired = Buffer.from('000001000400000041424344', 'hex');
    const bytes = Buffer.concat([retired, encodeCommandSet({ messageId: 5 })]);
    expect(decodeCommandSet(bytes)).to.deep.equal({ messageId: 5 });
  });

  it('answers any bytes with a command set or CommandSetError (R37)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeCommandSet(Buffer.from(bytes));
        } catch (error) {
          expect(error).to.be.instanceOf(CommandSetError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
