import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePart10 } from '../../src/dicom/part10.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { optDataSet } from '../archive/objects.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';

const MIB = 1024 * 1024;
const DISK_MIB = 48;
/** One object: larger than what the last test leaves free. */
const OBJECT_MIB = 4;

describe('R7: a full disk', function () {
  this.timeout(180_000);
  let folder = '';
  let node: NodeProcess | undefined;

  before(function () {
    requireTool(this, 'storescu');
    folder = mkdtempSync(join(tmpdir(), 'octriage-disk-'));
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder]);
    if (mount.status === 0) return;
    rmSync(folder, { recursive: true });
    folder = '';
    if (this.test) this.test.title += ' (a tmpfs cannot be mounted here: needs root)';
    this.skip();
  });
  afterEach(() => node?.remove());
  after(() => {
    if (folder === '') return;
    // Lazily: a worker of a killed node may still be leaving.
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });

  let count = 0;
  function object(): string {
    count += 1;
    const pixels = new Uint8Array(OBJECT_MIB * MIB).fill(count);
    const changes = {
      Rows: 2048,
      Columns: 2048,
      NumberOfFrames: OBJECT_MIB / 4,
      PixelData: pixels,
    };
    const path = join(tmpdir(), `octriage-disk-full-${process.pid}-${count}.dcm`);
    writeFileSync(path, encodePart10(optDataSet(`disk full ${count}`, 0, changes)));
    return path;
  }

  /** What storescu is answered. */
  async function send(port: number): Promise<string> {
    const path = object();
    const to = ['-aet', 'SCANNER', '-aec', NodeProcess.aeTitle, '127.0.0.1', String(port)];
    const { stdout, stderr } = await run('storescu', ['-d', ...to, path]);
    rmSync(path);
    return /DIMSE Status\s*: (0x[0-9a-f]{4})/.exec(stdout + stderr)?.[1] ?? 'no answer';
  }

  const free = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };

  /** Leaves `bytes` free, or a little less: the node writes too. */
  function fill(bytes: number): void {
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, free() - bytes)));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
  const makeRoom = (): void => {
    truncateSync(join(folder, 'filler'));
  };

  const CASES = [
    { title: 'over the watermark', minimum: '8', left: 6 * MIB },
    { title: 'that fills up in the middle of an object', minimum: '0', left: 2 * MIB },
    { title: 'without one free byte, for the ledger either', minimum: '0', left: 0 },
  ];
  for (const { title, minimum, left } of CASES) {
    it(`${title}: 0xA700, nothing of it is kept, and it recovers by itself`, async () => {
      mkdirSync(join(folder, 'node'), { recursive: true });
      const settings = { OCTRIAGE_MINIMUM_FREE_DISK: minimum };
      node = await NodeProcess.prepare(settings, join(folder, 'node'));
      await node.start();
      const { dimsePort } = node;
      expect(await send(dimsePort)).to.equal('0x0000');
      fill(left);
      expect(await send(dimsePort)).to.equal('0xa700');
      expect(await send(dimsePort)).to.equal('0xa700');
      expect(left - free(), 'of what was refused nothing stays').to.be.lessThan(MIB);
      makeRoom();
      expect(await send(dimsePort)).to.equal('0x0000');
      expect(await node.stop(), 'and stops in order').to.equal(0);
    });
  }
});
