import { expect } from 'chai';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { COMMANDS } from '../../src/cli/command-table.js';
import { openTestArchive, scheduleScan } from '../archive/objects.js';
import { octriageHere } from '../support/command-line.js';
import { MAIN } from '../support/main.js';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('errors of the command line under --json', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  const octriage = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) =>
    octriageHere(args, { OCTRIAGE_DATA_DIR: folder('data'), ...settings });

  /** Standard error is one line, an object. */
  function errorOf(stderr: string): Record<string, unknown> {
    expect(stderr).to.match(/^\{.*\}\n$/);
    return JSON.parse(stderr) as Record<string, unknown>;
  }

  it('a wrong command line, of every command', async () => {
    for (const { name, options = {} } of COMMANDS) {
      if (!('json' in options)) continue;
      const { code, stdout, stderr } = await octriage([name, '--json', '--no-such-option']);
      expect([code, stdout], name).to.deep.equal([2, '']);
      expect(errorOf(stderr), name).to.deep.include({ code: 'OCT_COMMAND_USAGE', exitCode: 2 });
    }
    const unknown = await octriage(['undo', '--json']);
    expect(errorOf(unknown.stderr)).to.deep.include({ code: 'OCT_COMMAND_USAGE', exitCode: 2 });
  });

  it('a configuration that cannot be used, with every problem', async () => {
    const settings = { OCTRIAGE_WORKERS: 'many', OCTRIAGE_DIMSE_PORT: 'none' };
    const { code, stderr } = await octriage(['callers', '--json'], settings);
    expect(code).to.equal(2);
    const error = errorOf(stderr);
    expect(error).to.deep.include({ code: 'OCT_COMMAND_CONFIG', exitCode: 2 });
    expect(error['problems']).to.have.length(2);
  });

  it('an error with a code of a part of the node, and one of the operating system', async () => {
    const without = await octriage(['scans', '--json']);
    expect(without.code).to.equal(1);
    expect(errorOf(without.stderr)).to.deep.include({
      code: 'OCT_LEDGER_OTHER_VERSION',
      exitCode: 1,
    });
    await openTestArchive(folder('data')).close();
    mkdirSync(folder('data/tables.json'));
    const folderForFile = await octriage(['tables', '--json']);
    expect(folderForFile.code).to.equal(1);
    const error = errorOf(folderForFile.stderr);
    expect(error).to.deep.include({ code: 'OCT_COMMAND_FAILED', exitCode: 1 });
    expect(error['message']).to.contain('EISDIR');
  });

  it('what ran and did not happen: the answer on standard output, the object on standard error', async () => {
    writeFileSync(folder('stray.txt'), 'no DICOM');
    const to = ['--to', 'PEER@127.0.0.1:1'];
    const settings = { OCTRIAGE_DATA_DIR: folder('other') };
    const sent = await octriage(['send', folder('stray.txt'), ...to, '--json'], settings);
    expect(sent.code).to.equal(1);
    expect(JSON.parse(sent.stdout)).to.deep.include({ stored: 0, notStored: 1 });
    expect(errorOf(sent.stderr)).to.deep.include({ code: 'OCT_COMMAND_NOT_DONE', exitCode: 1 });
  });

  it('a process of its own says and ends with the same', async () => {
    const args = [MAIN, 'scans', 'show', '--json'];
    const { code, stderr } = await run(process.execPath, args, { env: cleanEnvironment() });
    expect([code, errorOf(stderr)['code']]).to.deep.equal([2, 'OCT_COMMAND_USAGE']);
  });

  it('what is logged does not stand in what was asked for', async () => {
    const archive = openTestArchive(folder('damaged'));
    await scheduleScan(archive, 'scan');
    await archive.close();
    rmSync(folder('damaged/archive'), { recursive: true });
    const env = { ...cleanEnvironment(), OCTRIAGE_DATA_DIR: folder('damaged') };
    const { code, stdout, stderr } = await run(process.execPath, [MAIN, 'scans', '--json'], {
      env,
    });
    expect(code, stderr).to.equal(0);
    const { scans } = JSON.parse(stdout) as { scans: { device: string }[] };
    expect(scans.map(({ device }) => device)).to.deep.equal(['']);
    expect(errorOf(stderr)).to.deep.include({ message: 'a stored file cannot be shown' });
  });

  it('without --json it is words', async () => {
    const { stderr } = await octriage(['scans', 'show']);
    expect(stderr).to.match(/^octriage: scans takes: /);
  });
});
