/** Why TLS did not come to be, in words for the one who can mend it (R15): the codes of OpenSSL and Node.js as data. */
const CAUSES: readonly { readonly code: RegExp; readonly meaning: string }[] = [
  {
    code: /ALTNAME_INVALID/,
    meaning: 'its certificate is for another name than the host that we call',
  },
  {
    code: /SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|INVALID_CA|CERT_UNTRUSTED/,
    meaning: 'its certificate comes from no authority that we trust',
  },
  { code: /CERT_HAS_EXPIRED/, meaning: 'its certificate has expired' },
  { code: /CERT_NOT_YET_VALID/, meaning: 'its certificate is not yet valid' },
  { code: /CERT_REVOKED/, meaning: 'its certificate was revoked' },
  { code: /DID_NOT_RETURN_A_CERTIFICATE/, meaning: 'it showed no certificate' },
  { code: /ALERT_CERTIFICATE_REQUIRED/, meaning: 'it wants a certificate of ours' },
  { code: /ALERT_UNKNOWN_CA/, meaning: 'it does not trust the authority of our certificate' },
  { code: /ALERT_CERTIFICATE_EXPIRED/, meaning: 'to it, our certificate has expired' },
  { code: /ALERT_(BAD|UNSUPPORTED|UNKNOWN)?_?CERTIFICATE/, meaning: 'it refuses our certificate' },
  {
    code: /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/,
    meaning: 'it speaks no TLS version from 1.2 on',
  },
  {
    code: /NO_SHARED_CIPHER|HANDSHAKE_FAILURE/,
    meaning: 'we share no cipher suite with it, or it wants a certificate of ours',
  },
  {
    code: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE/,
    meaning: 'it does not speak TLS',
  },
  {
    code: /HANDSHAKE_TIMEOUT/,
    meaning: 'the handshake took too long: TLS-handshake timer expired',
  },
  { code: /BEFORE_SECURE/, meaning: 'it closed the connection during the handshake' },
];

/** Error codes of ours, beside those of OpenSSL. */
export const TLS_HANDSHAKE_TIMEOUT = 'ERR_TLS_HANDSHAKE_TIMEOUT';
export const CLOSED_BEFORE_SECURE = 'ERR_TLS_CLOSED_BEFORE_SECURE';

export function describeTlsFailure(code: string): string {
  const cause = CAUSES.find((row) => row.code.test(code));
  return cause === undefined ? `TLS failed (${code})` : `${cause.meaning} (${code})`;
}

/** Is this the code of a TLS failure, not of the network? */
export function isTlsFailure(code: string): boolean {
  return /^(ERR_SSL|ERR_TLS|EPROTO)/.test(code) || CAUSES.some((row) => row.code.test(code));
}
