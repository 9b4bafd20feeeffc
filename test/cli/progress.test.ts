import { expect } from 'chai';
import { progressBar } from '../../src/cli/progress.js';
import { openArchive } from '../../src/archive/archive.js';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { startReceiver } from '../../fixtures/demo/receiver.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the progress of long work', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  function drawn(isTTY: boolean): string {
    let text = '';
    const write = (part: string): boolean => (text += part) !== '';
    const bar = progressBar('scans', { isTTY, write });
    bar.show(1, 4);
    bar.show(2, 4);
    bar.clear();
    bar.show(4, 4);
    return text;
  }

  it('is a bar on a terminal, drawn ten times a second at most, and makes room for lines', () => {
    const lines = drawn(true).split('\r\x1b[K').slice(1);
    expect(lines).to.deep.equal([
      '[######..................] 1 of 4 scans',
      '',
      '[########################] 4 of 4 scans',
    ]);
  });

  it('is nothing where there is no terminal', () => {
    expect(drawn(false)).to.equal('');
  });

  it('octriage send: a bar in a terminal, drawn anew below the line of each object', async function () {
    requireTool(this, 'script');
    const receiver = await startReceiver('PEER', folder('received'));
    writeOptFiles(
      folder('scans'),
      ([1, 2, 3] as const).map((seed) => ({
        dress: 'heidelberg-spectralis' as const,
        phantom: { seed, laterality: 'R' as const, pathologies: [] },
      })),
    );
    const to = `PEER@127.0.0.1:${receiver.port}`;
    const command = `${process.execPath} ${MAIN} send ${folder('scans')} --to ${to}`;
    const env = cleanEnvironment();
    const { code, stdout: seen } = await run('script', ['-qec', command, '/dev/null'], { env });
    await receiver.close();
    expect(code, seen).to.equal(0);
    const bars = [...seen.matchAll(/\] (\d of \d objects)/g)].map(([, text]) => text);
    expect(bars).to.deep.equal([
      '0 of 3 objects',
      '1 of 3 objects',
      '2 of 3 objects',
      '3 of 3 objects',
    ]);
    expect(seen).to.contain('3 stored, 0 not');
  });

  it('octriage backup: a bar in a terminal, the file alone in a script', async function () {
    requireTool(this, 'script');
    await openArchive({ dataDir: folder('data'), minimumFreeBytes: 0, maxAttempts: 1 }).close();
    const env = { ...cleanEnvironment(), OCTRIAGE_DATA_DIR: folder('data') };
    const command = `${process.execPath} ${MAIN} backup ${folder('copy.sqlite')}`;
    const { stdout: seen } = await run('script', ['-qec', command, '/dev/null'], { env });
    expect(seen)
      .to.match(/\[#{24}\] \d+ of \d+ pages/)
      .and.to.contain('copy.sqlite');
    const scripted = await run(process.execPath, [MAIN, 'backup', folder('two.sqlite')], { env });
    expect(scripted).to.deep.equal({ code: 0, stdout: `${folder('two.sqlite')}\n`, stderr: '' });
  });
});
