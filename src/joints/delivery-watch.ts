import type { Archive } from '../archive/archive.js';
import type { Settings } from '../config/settings-manifest.js';
import type { QueueStatus } from '../delivery/destination-queue.js';
import { standstills, type Standstill } from '../delivery/watchdog.js';
import type { Degradation } from '../operations/health.js';
import { log } from '../operations/log.js';

/** The outbox is looked into so often, in ms: what a command of the operator has replayed is then sent. */
const POLL_INTERVAL = 5_000;

/** The watchdog of delivery: alarms once when something stands still, and once when it moves again. */
export class DeliveryWatch {
  private standing: readonly Standstill[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly archive: Archive,
    private readonly delivery: { readonly status: readonly QueueStatus[]; notify(): void },
  ) {}

  /** The task 'outbox' of housekeeping. */
  async task(): Promise<string> {
    await this.look();
    return `${this.standing.length} destinations stand still`;
  }

  /**
   * Not a condition of being ready: a node whose destination stands still receives and reads, and to take it out of
   * traffic would lose scans for nothing. Holds no name of a destination: it is open to everybody.
   */
  get degradations(): readonly Degradation[] {
    const count = this.standing.length;
    if (count === 0) return [];
    return [{ name: 'delivery', reason: `${count} destinations stand still; see the log` }];
  }

  private async look(): Promise<void> {
    this.delivery.notify();
    const now = Date.now();
    // An association may wait for a response as long as its timer allows, for each object of a study.
    const longest = 2 * this.settings.responseTimeout + POLL_INTERVAL;
    const stuck = await this.archive.deliveries.stuck(now - 2 * POLL_INTERVAL, now - longest);
    const standing = standstills(stuck, this.delivery.status, now, 2 * POLL_INTERVAL);
    for (const { destination, reason } of standing) {
      if (this.standing.some((one) => one.destination === destination)) continue;
      log('error', 'deliveries stand still', { destination, reason });
    }
    for (const { destination } of this.standing) {
      if (standing.some((one) => one.destination === destination)) continue;
      log('info', 'deliveries move again', { destination });
    }
    this.standing = standing;
  }
}
