import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { decodePdu } from '../../src/dimse/upper-layer/pdu-decode.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import type { Pdu } from '../../src/dimse/upper-layer/pdu.js';

const FOLDER = new URL('../../fixtures/protocol/', import.meta.url);

function fixture(name: string): Buffer {
  const text = readFileSync(new URL(`${name}.hex`, FOLDER), 'utf8');
  return Buffer.from(text.replace(/#.*$/gm, '').replace(/\s/g, ''), 'hex');
}

const VERIFICATION = '1.2.840.10008.1.1';
const IMPLICIT_LE = '1.2.840.10008.1.2';
const NAMES = {
  protocolVersion: 1,
  calledAeTitle: 'OCTRIAGE',
  callingAeTitle: 'CIRRUS',
  applicationContextName: '1.2.840.10008.3.1.1.1',
};

const EXPECTED: Record<string, Pdu> = {
  'a-associate-rq': {
    type: 'A-ASSOCIATE-RQ',
    ...NAMES,
    presentationContexts: [
      { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LE] },
    ],
    userInformation: {
      maxPduLength: 16384,
      implementationClassUid: '1.2.3',
      implementationVersionName: 'VER_1',
      asynchronousOperations: { invoked: 1, performed: 2 },
      roleSelections: [{ sopClassUid: VERIFICATION, scu: true, scp: false }],
      extendedNegotiations: [{ sopClassUid: VERIFICATION, information: Buffer.from([2, 0, 1, 0]) }],
    },
  },
  'a-associate-ac': {
    type: 'A-ASSOCIATE-AC',
    ...NAMES,
    presentationContexts: [
      { id: 1, result: 'acceptance', transferSyntax: IMPLICIT_LE },
      { id: 3, result: 'abstractSyntaxNotSupported', transferSyntax: '' },
    ],
    userInformation: {
      maxPduLength: 131072,
      implementationClassUid: '1.2.3',
      implementationVersionName: 'VER_1',
      roleSelections: [],
      extendedNegotiations: [],
    },
  },
  'a-associate-rj': { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 },
  'p-data-tf': {
    type: 'P-DATA-TF',
    values: [
      {
        contextId: 3,
        isCommand: true,
        isLast: true,
        payload: Buffer.from('0000000004000000', 'hex'),
      },
      { contextId: 3, isCommand: false, isLast: false, payload: Buffer.from('deadbeef', 'hex') },
    ],
  },
  'a-release-rq': { type: 'A-RELEASE-RQ' },
  'a-release-rp': { type: 'A-RELEASE-RP' },
  'a-abort': { type: 'A-ABORT', source: 2, reason: 6 },
};

describe('PDU fixtures', () => {
  for (const [name, expected] of Object.entries(EXPECTED)) {
    it(`${name}.hex is read as its comments say`, () => {
      expect(decodePdu(fixture(name))).to.deep.equal(expected);
    });
    it(`${name}.hex is what we write`, () => {
      expect(encodePdu(expected).toString('hex')).to.equal(fixture(name).toString('hex'));
    });
  }
});
