/** A code as the audit schema writes it: `csd-code`, `codeSystemName`, `originalText`. */
export interface AuditCode {
  readonly code: string;
  readonly system: 'DCM' | 'RFC-3881';
  readonly meaning: string;
}

const dcm = (code: string, meaning: string): AuditCode => ({ code, system: 'DCM', meaning });

/** Events (PS3.15 A.5.3; PS3.16 CID 400). */
export const AUDIT_EVENTS = {
  applicationActivity: dcm('110100', 'Application Activity'),
  beginTransferring: dcm('110102', 'Begin Transferring DICOM Instances'),
  instancesAccessed: dcm('110103', 'DICOM Instances Accessed'),
  instancesTransferred: dcm('110104', 'DICOM Instances Transferred'),
  query: dcm('110112', 'Query'),
  securityAlert: dcm('110113', 'Security Alert'),
  userAuthentication: dcm('110114', 'User Authentication'),
} as const;

/** Kinds of events (PS3.16 CID 401). */
export const AUDIT_TYPES = {
  start: dcm('110120', 'Application Start'),
  stop: dcm('110121', 'Application Stop'),
  login: dcm('110122', 'Login'),
  logout: dcm('110123', 'Logout'),
  nodeAuthentication: dcm('110126', 'Node Authentication'),
  networkConfiguration: dcm('110128', 'Network Configuration'),
  softwareConfiguration: dcm('110131', 'Software Configuration'),
  useOfRestrictedFunction: dcm('110132', 'Use of Restricted Function'),
  auditRecordingStopped: dcm('110133', 'Audit Recording Stopped'),
} as const;

/** How it ended (PS3.15 A.5.2.1, EventOutcomeIndicator). */
export const AUDIT_OUTCOMES = { success: 0, minorFailure: 4, seriousFailure: 8 } as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[keyof typeof AUDIT_OUTCOMES];

/** What a participant was (PS3.16 CID 402). */
export const AUDIT_ROLES = {
  application: dcm('110150', 'Application'),
  destination: dcm('110152', 'Destination Role ID'),
  source: dcm('110153', 'Source Role ID'),
} as const;

/** What an object is named by (PS3.16 CID 404; RFC 3881 5.5.4). */
export const AUDIT_ID_TYPES = {
  study: dcm('110180', 'Study Instance UID'),
  sopClass: dcm('110181', 'SOP Class UID'),
  node: dcm('110182', 'Node ID'),
  patient: { code: '2', system: 'RFC-3881', meaning: 'Patient Number' },
} as const satisfies Record<string, AuditCode>;
