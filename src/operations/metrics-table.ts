/** One metric: what Prometheus is told of it, and `docs/reference/metrics.md`. */
interface MetricRow {
  readonly name: `octriage_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/**
 * Every metric there is. Labels are closed vocabularies or names of the operator's own (destinations); no AE title, no
 * address and no UID: they would make a series for each peer, and none holds patient data (R36).
 */
export const METRICS = {
  associations: {
    name: 'octriage_associations_total',
    type: 'counter',
    labels: ['event'],
    help: 'Associations on the listener by what happened to them: accepted, released, aborted, disconnected.',
  },
  associationsOpen: {
    name: 'octriage_associations_open',
    type: 'gauge',
    labels: [],
    help: 'Associations on the listener that are not over.',
  },
  refusals: {
    name: 'octriage_refusals_total',
    type: 'counter',
    labels: ['lack'],
    help: 'Associations refused, by what was lacking; notDicom and notSecured are connections that were none.',
  },
  instances: {
    name: 'octriage_instances_total',
    type: 'counter',
    labels: ['status'],
    help: 'C-STORE requests that were answered, by status.',
  },
  storedBytes: {
    name: 'octriage_stored_bytes_total',
    type: 'counter',
    labels: [],
    help: 'Bytes of data sets that were answered with Success, those received again among them.',
  },
  workitems: {
    name: 'octriage_workitems',
    type: 'gauge',
    labels: ['state'],
    help: 'Workitems in the ledger by state; held ones wait for somebody.',
  },
  workitemWait: {
    name: 'octriage_workitem_oldest_wait_seconds',
    type: 'gauge',
    labels: [],
    help: 'How long the oldest workitem waits for a worker; 0 where none does.',
  },
  stages: {
    name: 'octriage_stage_seconds',
    type: 'histogram',
    labels: ['stage'],
    help: 'Time that a scan spent in a stage, to half a second: volume, quality, inference, referral, results; total is from claim to end.',
    buckets: [0.5, 1, 2, 5, 10, 20, 40, 60, 120, 300, 600],
  },
  attempts: {
    name: 'octriage_attempts_total',
    type: 'counter',
    labels: ['outcome'],
    help: 'Attempts to read a scan that ended: read or failed.',
  },
  workersReady: {
    name: 'octriage_workers_ready',
    type: 'gauge',
    labels: [],
    help: 'Workers that have loaded their networks.',
  },
  workers: {
    name: 'octriage_workers',
    type: 'gauge',
    labels: [],
    help: 'Workers that there should be.',
  },
  deliveries: {
    name: 'octriage_deliveries',
    type: 'gauge',
    labels: ['destination', 'state'],
    help: 'Deliveries in the ledger by destination and state; failed ones wait for somebody.',
  },
  deliveryWait: {
    name: 'octriage_delivery_oldest_wait_seconds',
    type: 'gauge',
    labels: [],
    help: 'How long the oldest result waits to be delivered; 0 where none does.',
  },
  commitmentsFailed: {
    name: 'octriage_commitments_failed',
    type: 'gauge',
    labels: [],
    help: 'Delivered objects for which the destination does not answer.',
  },
  notifications: {
    name: 'octriage_notifications',
    type: 'gauge',
    labels: ['target', 'state'],
    help: 'Notifications in the ledger by target and state; failed ones wait for somebody.',
  },
  notificationWait: {
    name: 'octriage_notification_oldest_wait_seconds',
    type: 'gauge',
    labels: [],
    help: 'How long the oldest notification waits to be taken; 0 where none does.',
  },
  devicesDrifting: {
    name: 'octriage_devices_drifting',
    type: 'gauge',
    labels: ['kind'],
    help: 'Devices whose last scans are not as their first ones were, by what has changed: input, quality, networks, classes; training: too many scans beyond the limits of the model set.',
  },
  eventLoopDelay: {
    name: 'octriage_event_loop_delay_seconds',
    type: 'gauge',
    labels: ['quantile'],
    help: 'Delay of the event loop since the last scrape: 0.5, 0.99 and 1 (the longest).',
  },
  residentMemory: {
    name: 'octriage_resident_memory_bytes',
    type: 'gauge',
    labels: [],
    help: 'Resident memory of the gateway process, without its workers.',
  },
  diskFree: {
    name: 'octriage_disk_free_bytes',
    type: 'gauge',
    labels: [],
    help: 'Free space on the disk of the data folder.',
  },
  silentScanners: {
    name: 'octriage_silent_scanners',
    type: 'gauge',
    labels: [],
    help: 'Calling AE titles that are silent when by their own rhythm they should send.',
  },
  auditSpooled: {
    name: 'octriage_audit_spooled_bytes',
    type: 'gauge',
    labels: [],
    help: 'Audit messages on disk that the receiver has not taken; absent where there is no receiver.',
  },
  auditDropped: {
    name: 'octriage_audit_dropped',
    type: 'gauge',
    labels: [],
    help: 'Audit messages since the start that were dropped because the spool was full; absent where there is no receiver.',
  },
  spansDropped: {
    name: 'octriage_trace_spans_dropped',
    type: 'gauge',
    labels: [],
    help: 'Spans since the start that the collector did not take, or that were too many to wait for it; absent where nothing is traced.',
  },
  diskDays: {
    name: 'octriage_disk_days_left',
    type: 'gauge',
    labels: [],
    help: 'Days until nothing more is accepted for want of space, at the pace of the last seven days; absent where nothing came.',
  },
  certificateDays: {
    name: 'octriage_certificate_days_left',
    type: 'gauge',
    labels: [],
    help: 'Days until our TLS certificate ends; absent where there is none.',
  },
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof METRICS;

type OfType<Type extends MetricRow['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];

export type CounterName = OfType<'counter'>;
export type GaugeName = OfType<'gauge'>;
export type HistogramName = OfType<'histogram'>;

/** Exactly the labels of its row. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>;
