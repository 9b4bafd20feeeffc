import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('octriage: execution providers and threads', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const octriage = (args: readonly string[], environment: Readonly<Record<string, string>>) =>
    run(process.execPath, [MAIN, ...args], {
      env: { ...cleanEnvironment(), OCTRIAGE_DATA_DIR: folder('data'), ...environment },
    });

  it('check: names each provider, whether it works here, and 1 where none of the wanted does', async () => {
    const { code, stdout } = await octriage(['check'], {});
    expect(code, stdout).to.equal(0);
    expect(stdout).to.match(/provider cpu \(preference 1\): works, [\d.]+ ms/);
    expect(stdout).to.match(/provider tensorrt \(not asked for\): (works|does not work here: .)/);
    const gpuOnly = await octriage(['check'], { OCTRIAGE_EXECUTION_PROVIDERS: 'tensorrt' });
    if (gpuOnly.stdout.includes('tensorrt (preference 1): works')) return;
    expect(gpuOnly.code).to.equal(1);
    expect(gpuOnly.stderr).to.contain('OCTRIAGE_EXECUTION_PROVIDERS');
  });

  it('models tune: measures, chooses none that lost, and keeps it in the data folder', async () => {
    const { code, stdout } = await octriage(['models', 'tune', '--json'], {});
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({
      keptIn: join(folder('data'), 'tuning.json'),
      used: true,
    });
    const { measured, chosen } = JSON.parse(
      readFileSync(join(folder('data'), 'tuning.json'), 'utf8'),
    ) as Record<'chosen', { threads: number; millisecondsPerBscan: number }> & {
      measured: { threads: number; millisecondsPerBscan: number }[];
    };
    const defaults = measured.find(({ threads }) => threads === 0)!;
    expect(chosen.millisecondsPerBscan * 0.95).to.be.at.most(defaults.millisecondsPerBscan);
  });
});
