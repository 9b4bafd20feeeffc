import { expect } from 'chai';
import fc from 'fast-check';
import { decodePdu } from '../../src/dimse/upper-layer/pdu-decode.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { PduError } from '../../src/dimse/upper-layer/pdu-error.js';
import { PduReader } from '../../src/dimse/upper-layer/pdu-reader.js';
import { CONTEXT_RESULTS } from '../../src/dimse/upper-layer/pdu.js';
import type { ContextResult, Pdu, PresentationDataValue } from '../../src/dimse/upper-layer/pdu.js';

const byte = fc.integer({ min: 0, max: 255 });
const uid = fc.stringMatching(/^[1-9](\.[1-9][0-9]{0,5}){1,8}$/);
const title = fc.stringMatching(/^[A-Z0-9_]([A-Z0-9_ ]{0,14}[A-Z0-9_])?$/);
const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const contextId = fc.integer({ min: 0, max: 127 }).map((n) => 2 * n + 1);
const byId = { selector: ({ id }: { id: number }) => id, maxLength: 20 };

const userInformation = fc.record(
  {
    maxPduLength: fc.nat(0xffffffff),
    implementationClassUid: uid,
    implementationVersionName: title,
    asynchronousOperations: fc.record({ invoked: fc.nat(0xffff), performed: fc.nat(0xffff) }),
    roleSelections: fc.array(
      fc.record({ sopClassUid: uid, scu: fc.boolean(), scp: fc.boolean() }),
      { maxLength: 4 },
    ),
    extendedNegotiations: fc.array(fc.record({ sopClassUid: uid, information: bytes(8) }), {
      maxLength: 3,
    }),
    commonExtendedNegotiations: fc.array(
      fc.record({
        sopClassUid: uid,
        serviceClassUid: uid,
        relatedGeneralSopClassUids: fc.array(uid, { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  {
    requiredKeys: [
      'maxPduLength',
      'implementationClassUid',
      'roleSelections',
      'extendedNegotiations',
    ],
  },
);
const associate = {
  protocolVersion: fc.nat(0xffff),
  calledAeTitle: title,
  callingAeTitle: title,
  applicationContextName: uid,
  userInformation,
};
const pdu = fc.oneof(
  fc.record({
    type: fc.constant('A-ASSOCIATE-RQ' as const),
    ...associate,
    presentationContexts: fc.uniqueArray(
      fc.record({
        id: contextId,
        abstractSyntax: uid,
        transferSyntaxes: fc.array(uid, { maxLength: 5 }),
      }),
      { ...byId, minLength: 1 },
    ),
  }),
  fc.record({
    type: fc.constant('A-ASSOCIATE-AC' as const),
    ...associate,
    presentationContexts: fc.uniqueArray(
      fc.record({
        id: contextId,
        result: fc.constantFrom(...(Object.keys(CONTEXT_RESULTS) as ContextResult[])),
        transferSyntax: uid,
      }),
      byId,
    ),
  }),
  fc.record({
    type: fc.constant('A-ASSOCIATE-RJ' as const),
    result: byte,
    source: byte,
    reason: byte,
  }),
  fc.record({ type: fc.constantFrom('A-RELEASE-RQ' as const, 'A-RELEASE-RP' as const) }),
  fc.record({ type: fc.constant('A-ABORT' as const), source: byte, reason: byte }),
  fc.record({
    type: fc.constant('P-DATA-TF' as const),
    values: fc.array(
      fc.record({
        contextId: byte,
        isCommand: fc.boolean(),
        isLast: fc.boolean(),
        payload: bytes(300),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
) as fc.Arbitrary<Pdu>;

/** Everything a reader hands out for one stream that comes in pieces; each slice of a PDV stands for itself. */
function readInChunks(stream: Buffer, cuts: readonly number[]): Pdu[] {
  const seen: Pdu[] = [];
  let values: PresentationDataValue[] = [];
  const reader = new PduReader(
    {
      control: (control) => seen.push(control),
      dataBegins: () => seen.push({ type: 'P-DATA-TF', values: (values = []) }) > 0,
      data: (slice) => values.push({ ...slice, payload: Buffer.from(slice.payload) }),
    },
    10_000,
  );
  const bounds = [...new Set([0, ...cuts.map((cut) => cut % stream.length), stream.length])];
  bounds.sort((a, b) => a - b);
  bounds.slice(1).forEach((end, i) => {
    reader.push(stream.subarray(bounds[i] ?? 0, end));
  });
  return seen;
}

/** The payload of all PDVs, independent of where slices were cut. */
function flattened(pdus: readonly Pdu[]): unknown[] {
  return pdus.map((one) =>
    one.type !== 'P-DATA-TF' ? one : Buffer.concat(one.values.map(({ payload }) => payload)),
  );
}

describe('PDU codec', () => {
  it('decode ∘ encode is the identity for all seven PDUs', () => {
    fc.assert(
      fc.property(pdu, (value) => {
        expect(decodePdu(encodePdu(value))).to.deep.equal(value);
      }),
    );
  });

  it('reads the same PDUs from a stream however it is cut', () => {
    const streams = fc.array(pdu, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 40 }), (pdus, cuts) => {
        const stream = Buffer.concat(pdus.map(encodePdu));
        // Uncut, every PDV is one slice: exactly the PDUs that were encoded.
        expect(readInChunks(stream, [])).to.deep.equal(pdus);
        expect(flattened(readInChunks(stream, cuts))).to.deep.equal(flattened(pdus));
      }),
    );
  });

  it('keeps the last-fragment flag on the last slice only', () => {
    const payload = Buffer.alloc(100, 7);
    const stream = encodePdu({
      type: 'P-DATA-TF',
      values: [{ contextId: 1, isCommand: false, isLast: true, payload }],
    });
    const flags: boolean[] = [];
    const reader = new PduReader(
      {
        control: () => undefined,
        dataBegins: () => true,
        data: ({ isLast }) => flags.push(isLast),
      },
      1000,
    );
    for (let at = 0; at < stream.length; at += 10) reader.push(stream.subarray(at, at + 10));
    expect(flags.filter(Boolean)).to.have.length(1);
    expect(flags.at(-1)).to.equal(true);
  });

  it('skips items it does not know', () => {
    const rq = encodePdu({
      type: 'A-ASSOCIATE-RQ',
      protocolVersion: 1,
      calledAeTitle: 'A',
      callingAeTitle: 'B',
      applicationContextName: '1.2',
      presentationContexts: [{ id: 1, abstractSyntax: '1.3', transferSyntaxes: ['1.4'] }],
      userInformation: {
        maxPduLength: 1,
        implementationClassUid: '1.5',
        roleSelections: [],
        extendedNegotiations: [],
      },
    });
    const unknown = Buffer.from('9900000401020304', 'hex');
    const stranger = Buffer.concat([rq.subarray(0, 74), unknown, rq.subarray(74), unknown]);
    stranger.writeUInt32BE(stranger.length - 6, 2);
    expect(decodePdu(stranger)).to.deep.equal(decodePdu(rq));
  });

  it('answers any change of any bytes with a PDU or PduError (R37)', () => {
    const change = fc.tuple(fc.nat(), byte);
    fc.assert(
      fc.property(pdu, fc.array(change, { minLength: 1, maxLength: 8 }), (value, changes) => {
        const stream = encodePdu(value);
        for (const [at, to] of changes) stream[at % stream.length] = to;
        try {
          readInChunks(stream, []);
        } catch (error) {
          expect(error).to.be.instanceOf(PduError);
        }
      }),
      { numRuns: 5000 },
    );
  });

  for (const calledAeTitle of ['', '    ', 'SEVENTEEN_LETTERS', 'A\\B', 'A\nB', 'Ä']) {
    it(`R26: does not write the AE title ${JSON.stringify(calledAeTitle)}`, () => {
      const base = decodePdu(
        encodePdu({
          type: 'A-ASSOCIATE-RQ',
          protocolVersion: 1,
          calledAeTitle: 'A',
          callingAeTitle: 'B',
          applicationContextName: '1.2',
          presentationContexts: [{ id: 1, abstractSyntax: '1.3', transferSyntaxes: ['1.4'] }],
          userInformation: {
            maxPduLength: 1,
            implementationClassUid: '1.5',
            roleSelections: [],
            extendedNegotiations: [],
          },
        }),
      );
      expect(() => encodePdu({ ...base, calledAeTitle } as Pdu)).to.throw(RangeError);
    });
  }
});
