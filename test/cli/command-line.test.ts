import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { freePort } from '../../fixtures/free-port.js';
import { COMMANDS } from '../../src/cli/command-table.js';
import { UsageError } from '../../src/cli/commands.js';
import { completionScript, SHELLS } from '../../src/cli/completion.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the command line, for scripts and shells', function () {
  this.timeout(60_000);
  const path = temporaryFolder();

  function octriage(...args: readonly string[]) {
    return run(process.execPath, [MAIN, ...args], { cwd: path(''), env: cleanEnvironment() });
  }

  it('every option of the table is taken, and no other', async () => {
    for (const { name, options = {}, ...command } of COMMANDS) {
      if (name === 'completion') continue;
      // With one wrong option more, so that nothing is done.
      const known = Object.entries(options).flatMap(([option, { type }]) =>
        type === 'string' ? [`--${option}`, 'x'] : [`--${option}`],
      );
      const error: unknown = await Promise.resolve()
        .then(() => command.run([...known, '--no-such-option']))
        .catch((thrown: unknown) => thrown);
      expect(error, name).to.be.instanceOf(UsageError);
      expect(error, name).to.have.property('message').that.contains("'--no-such-option'");
    }
  });

  it('every action of the table stands in the form of its command', () => {
    for (const { name, form, actions = {} } of COMMANDS)
      expect(form.split(/[^a-z]+/), name).to.include.members(Object.keys(actions));
  });

  it('--json gives one value, and the exit code says the same as without', async () => {
    const called = await octriage('callers', '--json');
    expect(called.code, called.stderr).to.equal(0);
    expect(JSON.parse(called.stdout)).to.deep.equal({ admitted: [], refused: [] });
    const checked = await octriage('check', '--json');
    expect(checked.code, checked.stderr).to.equal(0);
    expect(JSON.parse(checked.stdout)).to.deep.include({ usable: true, problems: [] });
    const nobody = await octriage('echo', `PEER@127.0.0.1:${await freePort()}`, '--json');
    expect(nobody.code).to.equal(1);
    expect(JSON.parse(nobody.stdout)).to.include({ kind: 'failed', code: 'OCT_DIMSE_UNREACHABLE' });
    const sent = await octriage('send', MAIN, '--to', 'PEER@127.0.0.1:104', '--json');
    expect(sent.code).to.equal(1);
    expect(JSON.parse(sent.stdout)).to.include({ stored: 0, notStored: 1 });
  });

  it('--json of what works on the data folder: rebuild, backup, restore; and of the model sets', async () => {
    const rebuilt = await octriage('rebuild', '--json');
    expect(rebuilt.code, rebuilt.stderr).to.equal(0);
    expect(JSON.parse(rebuilt.stdout)).to.deep.equal({ added: 0, known: 0, left: [] });
    const saved = await octriage('backup', path('saved.sqlite'), '--json');
    expect(saved.code, saved.stderr).to.equal(0);
    expect(JSON.parse(saved.stdout)).to.deep.equal({ file: path('saved.sqlite') });
    const restored = await octriage('restore', path('saved.sqlite'), '--json');
    expect(restored.code, restored.stderr).to.equal(0);
    const { oldLedger, ...counts } = JSON.parse(restored.stdout) as Record<string, unknown>;
    expect(oldLedger).to.be.a('string');
    expect(counts).to.deep.equal({ files: [], added: 0, known: 0, left: [] });
    const listed = await octriage('models', 'list', '--json');
    expect(listed.code, listed.stderr).to.equal(0);
    const { sets } = JSON.parse(listed.stdout) as { sets: Record<string, unknown>[] };
    expect(sets[0]).to.include({ role: 'active' }).and.to.have.property('digest');
  });

  for (const shell of SHELLS) {
    it(`completion ${shell}: names every command and option`, async () => {
      const { code, stdout } = await octriage('completion', shell);
      expect(code).to.equal(0);
      for (const { name, actions = {}, options = {} } of COMMANDS) {
        expect(stdout).to.contain(name);
        expect(stdout).to.contain(Object.keys(actions).join(' '));
        for (const option of Object.keys(options)) {
          expect(stdout).to.contain(shell === 'fish' ? `-l ${option}` : `--${option}`);
        }
      }
    });
  }

  it('completion bash: bash itself completes with it', async () => {
    writeFileSync(path('completion'), completionScript('bash', COMMANDS));
    const complete = async (...words: readonly string[]) => {
      const list = ['octriage', ...words].map((word) => `'${word}'`).join(' ');
      const script = `. '${path('completion')}'; COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _octriage; echo "\${COMPREPLY[*]}"`;
      const { stdout, stderr } = await run('bash', ['-c', script], { cwd: path('') });
      expect(stderr).to.equal('');
      return stdout.trim().split(' ');
    };
    expect(await complete('re')).to.deep.equal(['replay', 'restore', 'rebuild']);
    expect(await complete('scans', 'sh')).to.deep.equal(['show']);
    expect(await complete('tables', 're')).to.deep.equal(['restore']);
    expect(await complete('echo', '--')).to.deep.equal(['--from', '--json']);
    expect(await complete('restore', 'comp')).to.deep.equal(['completion']);
    expect(await complete('completion', 'z')).to.deep.equal(['zsh']);
  });

  it('an unknown shell is a wrong command line', async () => {
    expect((await octriage('completion', 'tcsh')).code).to.equal(2);
  });
});
