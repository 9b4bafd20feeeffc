import type { Laterality } from './laterality.js';

/** What somebody may want to be told of. */
export const NOTIFIED_EVENTS = {
  urgent: 'a scan was read as urgent',
  'other-decision': 'a scan was read as semi-urgent, routine or observation only',
  'not-assessed': 'a scan could not be assessed',
  'workitem-held': 'a scan cannot be read and waits for somebody',
  'delivery-failed': 'a result did not arrive at its destination, or is not held there',
} as const;
export type NotifiedEvent = keyof typeof NOTIFIED_EVENTS;
export const NOTIFIED_EVENT_NAMES = Object.keys(NOTIFIED_EVENTS) as [
  NotifiedEvent,
  ...NotifiedEvent[],
];

/** Attributes of the scan that a target may be told, by name: without a list it is told none. */
export const NOTIFIABLE_ATTRIBUTES = [
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SOPInstanceUID',
  'AccessionNumber',
  'PatientID',
  'IssuerOfPatientID',
  'PatientName',
  'PatientBirthDate',
  'PatientSex',
] as const;
export type NotifiableAttribute = (typeof NOTIFIABLE_ATTRIBUTES)[number];

/** What happened, without the patient. */
export interface NotificationFact {
  /** The same at each attempt: who gets it twice knows it. */
  readonly key: string;
  readonly event: NotifiedEvent;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The scan's id in this node: the console finds it by that, nobody else. */
  readonly scan: string;
  readonly revision: number;
  /** Class, or the names of the reasons. */
  readonly decision?: string | undefined;
  readonly laterality?: Laterality | undefined;
  /** Of a failure: the destination, and the code or status that it failed with. */
  readonly destination?: string | undefined;
  readonly cause?: string | undefined;
  /** The stored file (absolute path) of the scan's first instance; retention may have deleted it. */
  readonly source: string;
}
