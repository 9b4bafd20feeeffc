import { auditXml, type AuditMessage } from './message.js';
import { syslogFrame, type SyslogOrigin } from './syslog.js';

/** What an audit message says, before it has its time. */
export type AuditContent = Omit<AuditMessage, 'at'>;

/**
 * A message as it goes over the line, with the time that it is now.
 * @param source the AuditSourceID: our AE title
 */
export function auditFrame(content: AuditContent, source: string, origin: SyslogOrigin): Buffer {
  const at = new Date();
  const severity = content.outcome === 0 ? 'notice' : 'warning';
  return syslogFrame(auditXml({ ...content, at }, source), severity, at, origin);
}
