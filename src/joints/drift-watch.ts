import type { ReadDevice, ScanHistory } from '../archive/scan-history.js';
import { DRIFT_KINDS, DRIFT_RULE, driftOf } from '../evaluation/drift.js';
import type { DeviceDrift, Drift, DriftKind } from '../evaluation/drift.js';
import type { ModelSet } from '../inference/model-set.js';
import type { Degradation } from '../operations/health.js';
import { log } from '../operations/log.js';
import type { GaugeSample } from '../operations/metrics.js';

export interface WatchedDevice extends ReadDevice, DeviceDrift {
  /** Scans that are compared: its first ones, and the last of those since. */
  readonly compared: { readonly first: number; readonly last: number };
}

/** What has changed of each device whose scans this model set has read. */
export async function watchedDevices(
  history: ScanHistory,
  { digest, manifest }: Pick<ModelSet, 'digest' | 'manifest'>,
): Promise<readonly WatchedDevice[]> {
  const { thresholds, likeness } = manifest;
  const limits = {
    maximumDistance: likeness === null ? null : thresholds.maximumDistance,
    maximumDisagreement: thresholds.maximumDisagreement,
  };
  const found: WatchedDevice[] = [];
  for (const device of await history.devices(digest)) {
    const counts = { first: DRIFT_RULE.reference, last: DRIFT_RULE.window };
    const { first, last } = await history.ends(device, digest, counts);
    const reference = new Set(first.map(({ acquisitionId }) => acquisitionId));
    const since = last.filter(({ acquisitionId }) => !reference.has(acquisitionId));
    // Before there is a window beyond the reference, the last scans are compared with the training alone.
    const window = first.length < DRIFT_RULE.reference ? last : since;
    const compared = { first: first.length, last: since.length };
    found.push({ ...device, compared, ...driftOf(first, window, limits) });
  }
  return found;
}

/** How far a device has been learned, in words. */
export function comparedInWords({ state, compared }: WatchedDevice): string {
  const { reference, window } = DRIFT_RULE;
  return state === 'watched'
    ? `the last ${compared.last} scans beside its first ${compared.first}`
    : `${compared.first} of its first ${reference} scans, ${compared.last} of ${window} since`;
}

/** A drift in words: what was measured, before and now. */
export function driftInWords({
  kind,
  measure,
  before,
  now,
}: Omit<Drift, 'kind'> & { readonly kind: string }): string {
  return `${kind} ${measure}: ${before.toPrecision(3)} before, ${now.toPrecision(3)} now`;
}

/**
 * Watches every device over its scans. It alarms, in the log, in the metrics and on `/readyz`, once when something
 * drifts and once when it does no more; it holds nothing up and changes no decision.
 */
export class DriftWatch {
  #devices: readonly WatchedDevice[] = [];

  constructor(
    private readonly history: ScanHistory,
    private readonly modelSet: Pick<ModelSet, 'digest' | 'manifest'>,
  ) {}

  /** The task 'drift' of housekeeping. */
  async task(): Promise<string> {
    await this.look();
    return `${this.#drifting} of ${this.#devices.length} devices are not as they were`;
  }

  get devices(): readonly WatchedDevice[] {
    return this.#devices;
  }

  get degradations(): readonly Degradation[] {
    const count = this.#drifting;
    if (count === 0) return [];
    const reason = `the scans of ${count} devices are not as they were; see octriage drift`;
    return [{ name: 'drift', reason }];
  }

  get gauges(): readonly GaugeSample[] {
    const drifting = (kind: DriftKind) =>
      this.#devices.filter(({ drifts }) => drifts.some((one) => one.kind === kind)).length;
    return (Object.keys(DRIFT_KINDS) as DriftKind[]).map((kind) => ({
      gauge: 'devicesDrifting' as const,
      labels: { kind },
      value: drifting(kind),
    }));
  }

  get #drifting(): number {
    return this.#devices.filter(({ drifts }) => drifts.length > 0).length;
  }

  async look(): Promise<void> {
    const before = new Map(this.#devices.map((device) => [keyOf(device), device.drifts]));
    this.#devices = await watchedDevices(this.history, this.modelSet);
    for (const device of this.#devices) {
      const { callingAeTitle, profile, drifts } = device;
      const known = before.get(keyOf(device)) ?? [];
      const fresh = drifts.filter((one) => !known.some((other) => isSame(one, other)));
      if (fresh.length > 0) {
        const reason = fresh.map(driftInWords).join('; ');
        log('warn', 'the scans of a device are not as they were', {
          callingAeTitle,
          profile,
          reason,
        });
      } else if (known.length > 0 && drifts.length === 0) {
        log('info', 'the scans of a device are as they were again', { callingAeTitle, profile });
      }
    }
  }
}

function keyOf({ callingAeTitle, profile }: ReadDevice): string {
  return `${callingAeTitle}\\${profile}`;
}

function isSame(one: Drift, other: Drift): boolean {
  return one.kind === other.kind && one.measure === other.measure;
}
