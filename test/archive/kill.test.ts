import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPart10Header } from '../../src/dicom/part10.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive } from './objects.js';

const CHILD = fileURLToPath(new URL('receive-until-killed.ts', import.meta.url));
const KILLS = 10;

describe('archive: kill -9', () => {
  const folder = temporaryFolder();

  /** Runs the child, kills it `afterMs` after it was ready, and returns what it had acknowledged. */
  async function runAndKill(generation: number, afterMs: number): Promise<[string, string][]> {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', CHILD, folder('data'), String(generation)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      const ready = output === '';
      output += text;
      if (ready) setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal, output).to.equal('SIGKILL');
    const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
    return lines
      .filter((line) => line.includes(' '))
      .map((line) => line.split(' ') as [string, string]);
  }

  it(`R1: after ${KILLS} kills at random instants everything acknowledged is there, whole`, async () => {
    const acknowledged = new Map<string, string>();
    for (let generation = 0; generation < KILLS; generation += 1) {
      for (const [uid, digest] of await runAndKill(generation, Math.random() * 250)) {
        acknowledged.set(uid, digest);
      }
    }
    expect(acknowledged.size).to.be.greaterThan(KILLS);
    const archive = openTestArchive(folder('data'));
    try {
      expect((await archive.recover()).missing).to.deep.equal([]);
      for (const [uid, digest] of acknowledged) {
        const instance = await archive.instances.find(uid);
        expect(instance?.digest).to.equal(digest);
        const { dataSetOffset } = await readPart10Header(instance!.path);
        const dataSet = readFileSync(instance!.path).subarray(dataSetOffset);
        expect(createHash('sha256').update(dataSet).digest('hex')).to.equal(digest);
      }
      const rows = await archive.ledger.reader.selectFrom('instance').select('path').execute();
      const days = readdirSync(archive.folder.folder('archive'));
      const files = days.flatMap((day) =>
        readdirSync(`${archive.folder.folder('archive')}/${day}`).map(
          (name) => `archive/${day}/${name}`,
        ),
      );
      expect(files.sort()).to.deep.equal(rows.map(({ path }) => path).sort());
      expect(readdirSync(archive.folder.folder('incoming'))).to.deep.equal([]);
    } finally {
      await archive.close();
    }
  }).timeout(120_000);
});
