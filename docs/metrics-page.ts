import { METRICS } from '../src/operations/metrics-table.js';

/** The content of `docs/reference/metrics.md`. */
export function metricsPage(): string {
  const lines = [
    '# Metrics',
    '',
    '`GET /metrics` in the text format of Prometheus, for roles with the permission `read-metrics`. Generated from',
    '`src/operations/metrics-table.ts`; do not edit. No label holds an AE title, an address or a UID.',
    '',
    '| Metric | Type | Labels | What it is |',
    '| --- | --- | --- | --- |',
    ...Object.values(METRICS).map(
      ({ name, type, labels, help }) =>
        `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
    ),
    '',
    'What to alarm on: `octriage_workitems{state="held"} > 0`, `octriage_deliveries{state="failed"} > 0`,',
    '`octriage_delivery_oldest_wait_seconds > 3600`, `octriage_workers_ready < octriage_workers`,',
    '`octriage_disk_free_bytes` near the watermark, `octriage_certificate_days_left < 30`, and',
    '`increase(octriage_instances_total{status!="0x0000"}[1h]) > 0`. `/readyz` tells the first of them in words, as `degraded`.',
  ];
  return `${lines.join('\n')}\n`;
}
