import { hostAndPort, integer, onOrOff } from './setting-kinds.js';
import { setting } from './setting.js';

/** Rows of the settings manifest: the audit trail (PS3.15 A.5). */
export const AUDIT_SETTINGS = {
  auditReceiver: setting(
    'Audit',
    'OCTRIAGE_AUDIT_RECEIVER',
    hostAndPort,
    '',
    'The audit record repository: a syslog receiver over TLS (RFC 5425), e.g. audit.example.org:6514. Its certificate is judged by OCTRIAGE_TLS_CA, ours is shown where it asks. Empty: no audit messages.',
  ),
  auditSpool: setting(
    'Audit',
    'OCTRIAGE_AUDIT_SPOOL_MIB',
    integer(1, 100_000),
    '64',
    'Messages that the receiver has not taken wait in the data folder, up to this size; then newer ones are dropped, counted, and said so.',
    'MiB',
  ),
  auditPatients: setting(
    'Audit',
    'OCTRIAGE_AUDIT_PATIENTS',
    onOrOff,
    'off',
    'Audit messages carry Patient IDs, and the text of queries, as PS3.15 A.5.3 has it. Off: studies by their UID alone, so that no patient data leaves by this way.',
  ),
} as const;
