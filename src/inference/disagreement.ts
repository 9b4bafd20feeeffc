import type { OctVolume } from '../values/oct-volume.js';
import type { LabelGrid } from './label-grid.js';

/** Where the members of an ensemble label a scan differently, A-scan by A-scan, as it comes. */
export class DisagreementMap {
  /** µm, frames × columns of the scan. */
  readonly depthUm: Float32Array;
  private readonly rows: Uint32Array;

  constructor(
    private readonly volume: Pick<OctVolume, 'frames' | 'columns' | 'spacing'>,
    private readonly grid: LabelGrid,
  ) {
    this.depthUm = new Float32Array(volume.frames * volume.columns);
    this.rows = new Uint32Array(grid.columns);
  }

  addFrame(members: readonly Uint8Array[], frame: number): void {
    const { rows: disputed, grid, volume } = this;
    const [first, ...others] = members;
    if (first === undefined) return;
    disputed.fill(0);
    for (let row = 0; row < grid.rows; row++) {
      const times = grid.rowCount[row]!;
      for (let column = 0; times > 0 && column < grid.columns; column++) {
        const at = row * grid.columns + column;
        const label = first[at];
        for (const other of others) {
          if (other[at] === label) continue;
          disputed[column]! += times;
          break;
        }
      }
    }
    for (let column = 0; column < volume.columns; column++) {
      this.depthUm[frame * volume.columns + column] =
        disputed[grid.columnAt[column]!]! * volume.spacing.axial * 1000;
    }
  }

  /** 1 nl is 0.001 mm³. */
  get volumeNl(): number {
    const { frame, lateral } = this.volume.spacing;
    return this.depthUm.reduce((sum, depth) => sum + depth, 0) * frame * lateral;
  }
}
