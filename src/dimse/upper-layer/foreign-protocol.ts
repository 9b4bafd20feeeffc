/** What people connect to a DICOM port by mistake, told from the first bytes (R14). */
export type ForeignProtocol = 'TLS' | 'HTTP' | 'HL7' | 'unknown';

const HTTP_METHOD = /^(GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH|CONNECT|TRACE|PRI) /;

/** Asked only when the first byte is no PDU type. */
export function recogniseForeignProtocol(firstBytes: Uint8Array): ForeignProtocol {
  // A TLS record: handshake (22), major version 3.
  if (firstBytes[0] === 0x16 && (firstBytes.length < 2 || firstBytes[1] === 0x03)) return 'TLS';
  const text = Buffer.from(firstBytes.subarray(0, 16)).toString('latin1');
  if (HTTP_METHOD.test(text)) return 'HTTP';
  // MLLP starts a block with VT (0x0b); some senders leave it out.
  if (/^\x0b?MSH/.test(text) || text === '\x0b') return 'HL7';
  return 'unknown';
}
