/** What people connect to a DICOM port by mistake, told from the first bytes (R14). */
export type ForeignProtocol = 'TLS' | 'DICOM without TLS' | 'HTTP' | 'HL7' | 'unknown';

const HTTP_METHOD = /^(GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH|CONNECT|TRACE|PRI) /;

/** Asked only when the first byte is not what `expected` begins with: a PDU type, or a TLS record. */
export function recogniseForeignProtocol(
  firstBytes: Uint8Array,
  expected: 'DICOM' | 'TLS' = 'DICOM',
): ForeignProtocol {
  // An A-ASSOCIATE-RQ: type 1, reserved 0.
  if (expected === 'TLS' && firstBytes[0] === 0x01 && (firstBytes[1] ?? 0) === 0) {
    return 'DICOM without TLS';
  }
  // A TLS record: handshake (22), major version 3.
  if (firstBytes[0] === 0x16 && (firstBytes.length < 2 || firstBytes[1] === 0x03)) return 'TLS';
  const text = Buffer.from(firstBytes.subarray(0, 16)).toString('latin1');
  if (HTTP_METHOD.test(text)) return 'HTTP';
  // MLLP starts a block with VT (0x0b); some senders leave it out.
  if (/^\x0b?MSH/.test(text) || text === '\x0b') return 'HL7';
  return 'unknown';
}
