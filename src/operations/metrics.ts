import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
} from './metrics-table.js';

/** The value of a gauge at the moment of a scrape. */
export interface GaugeSample {
  readonly gauge: GaugeName;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the node counts, in the text format of Prometheus. Gauges are asked for at each scrape, never kept up to date. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    for (const [key, row] of Object.entries(METRICS)) {
      const { name, help } = row;
      const options = { name, help, labelNames: [...row.labels], registers: [this.#registry] };
      if (row.type === 'counter') this.#counters.set(key, new Counter(options));
      else if (row.type === 'gauge') this.#gauges.set(key, new Gauge(options));
      else this.#histograms.set(key, new Histogram({ ...options, buckets: [...row.buckets] }));
    }
  }

  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  /** @param seconds how long it took */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
    this.#histograms.get(name)?.observe(labels, seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** One scrape. A series that has no sample now is not shown. */
  async text(samples: readonly GaugeSample[]): Promise<string> {
    for (const [key, gauge] of this.#gauges) {
      gauge.reset();
      const own = samples.filter((sample) => sample.gauge === key);
      // A gauge without labels shows 0 after a reset, which would be a value that nobody measured; one with labels shows
      // nothing, and cannot be removed without them.
      if (own.length === 0 && METRICS[key as GaugeName].labels.length === 0) gauge.remove();
      for (const { labels = {}, value } of own) gauge.set(labels, value);
    }
    return this.#registry.metrics();
  }
}
