/** Facility 10 (security and authorization): PS3.15 A.6. */
const FACILITY = 10;
const SEVERITY = { notice: 5, warning: 4 } as const;

export interface SyslogOrigin {
  readonly hostname: string;
  readonly processId: number;
}

/**
 * One audit message as it goes over the line: header of RFC 5424 with the MSGID of PS3.15 A.6, UTF-8 behind a byte order
 * mark, and in front the length in bytes (RFC 5425 4.3), so that a line feed in it ends nothing.
 */
export function syslogFrame(
  xml: string,
  severity: keyof typeof SEVERITY,
  at: Date,
  { hostname, processId }: SyslogOrigin,
): Buffer {
  const priority = FACILITY * 8 + SEVERITY[severity];
  const header = `<${priority}>1 ${at.toISOString()} ${printable(hostname)} octriage ${processId} DICOM+RFC3881 -`;
  const message = Buffer.from(`${header} \uFEFF${xml}`, 'utf8');
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** A header field is printable ASCII without blanks; '-' where nothing is known. */
function printable(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '') || '-';
}
