import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { freePort } from '../../fixtures/free-port.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { COMMANDS } from '../../src/cli/command-table.js';
import { operatorName } from '../../src/cli/operator.js';
import { TASK_NAMES } from '../../src/joints/housekeeping-table.js';
import type { TaskRun } from '../../src/values/task-run.js';
import { octriageHere } from '../support/command-line.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Step {
  readonly step: string;
  readonly state: string;
  readonly lines: readonly string[];
}
interface TaskRow {
  readonly task: string;
  readonly last?: TaskRun;
}
interface Version {
  readonly id: number;
  readonly who: string;
  readonly why: string;
  readonly holds: string;
  readonly current: boolean;
}

describe('octriage for the operator: what the console changes, on the command line', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let node: NodeProcess;
  let pacs: Receiver;
  let environment: Record<string, string>;

  before(async function () {
    requireTool(this, 'echoscu');
    pacs = await startReceiver('PEER', folder('received'));
    environment = {
      OCTRIAGE_CALLERS: 'KNOWN',
      OCTRIAGE_DESTINATIONS: `PACS=PEER@127.0.0.1:${pacs.port}`,
      OCTRIAGE_WORKERS: '0',
      OCTRIAGE_BACKUPS_KEPT: '2',
      OCTRIAGE_RETENTION_DAYS: '0',
    };
    node = await NodeProcess.prepare(environment, folder('node'));
    await node.start('/healthz');
  });
  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
    await (pacs as Receiver | undefined)?.close();
  });

  const dataOfNode = () => ({ OCTRIAGE_DATA_DIR: folder('node/data') });
  const octriage = (...args: readonly string[]) =>
    octriageHere(args, { ...environment, ...dataOfNode() });

  async function json<T>(...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await octriage(...args, '--json');
    expect(code, stdout + stderr).to.equal(0);
    return JSON.parse(stdout) as T;
  }

  async function echo(aeTitle: string): Promise<boolean> {
    const args = ['-aet', aeTitle, '-aec', 'OCTRIAGE', '127.0.0.1', String(node.dimsePort)];
    return (await run('echoscu', args)).code === 0;
  }

  const history = async () =>
    (await json<{ versions: readonly Version[] }>('tables', 'history')).versions;

  it('every command answers in JSON, but for the node itself and the completion of shells', () => {
    const without = COMMANDS.filter(({ options = {} }) => !('json' in options));
    expect(without.map(({ name }) => name)).to.have.members(['serve', 'completion']);
  });

  it('a refused caller is admitted while the node runs, with who and why on record', async () => {
    expect(await echo('SCANNER'), 'nobody knows it yet').to.equal(false);
    // The refusal is on record just after it was answered.
    const line = 'octriage admit SCANNER@127.0.0.1 --reason';
    const told = async () => (await octriage('callers')).stdout.includes(line);
    await node.waitUntil('the refusal is on record', told, 10);
    const mute = await octriage('admit', 'SCANNER@127.0.0.1');
    expect(mute.code, 'not without a reason').to.equal(2);
    await json('admit', 'SCANNER@127.0.0.1', '--reason', 'new in room 3');
    await node.waitUntil('admitted', () => echo('SCANNER'), 10);
    const [version, ...more] = await history();
    expect(more).to.deep.equal([]);
    expect(version).to.deep.include({ why: 'new in room 3', current: true });
    expect(version?.who).to.match(/^\S+, command line$/);
    expect(version?.holds).to.equal('callers: SCANNER@127.0.0.1');
  });

  it('a setting is changed in the tables file; a wrong one is refused, and so is what the environment sets', async () => {
    const said = await octriage(
      'settings',
      'set',
      'OCTRIAGE_LOG_LEVEL',
      'warn',
      '--reason',
      'noise',
    );
    expect(said).to.deep.include({ code: 0, stdout: 'OCTRIAGE_LOG_LEVEL is warn\n' });
    const wrong = await octriage('settings', 'set', 'OCTRIAGE_LOG_LEVEL', 'loud', '--reason', 'x');
    expect(wrong.code).to.equal(1);
    expect(wrong.stderr).to.contain('OCTRIAGE_LOG_LEVEL');
    const ours = await octriage('settings', 'set', 'OCTRIAGE_WORKERS', '3', '--reason', 'x');
    expect(ours.code).to.equal(2);
    expect(ours.stderr).to.contain('the environment or .env sets OCTRIAGE_WORKERS');
    const { settings } = await json<{ settings: readonly Record<string, string>[] }>('settings');
    const level = settings.find(({ variable }) => variable === 'OCTRIAGE_LOG_LEVEL');
    expect(level).to.deep.include({ value: 'warn', origin: 'file' });
    expect((await history())[0]?.holds).to.contain('OCTRIAGE_LOG_LEVEL=warn');
  });

  it('the way back: an earlier version is put in place again, and that is a version too', async () => {
    const before = await history();
    await json('tables', 'restore', String(before.at(-1)!.id), '--reason', 'too quiet');
    const [latest] = await history();
    expect(latest).to.deep.include({ why: 'too quiet', holds: 'callers: SCANNER@127.0.0.1' });
    const { stdout } = await octriage('tables');
    expect(JSON.parse(stdout)).to.deep.include({ settings: {} });
  });

  it('whole tables from a file, or nothing of them; a file that cannot be used can still be left behind', async () => {
    const file = folder('tables.json');
    writeFileSync(file, '{"callers":[{"aeTitle":"THIS TITLE IS TOO LONG"}]}');
    const wrong = await octriage('tables', 'set', file, '--reason', 'x', '--json');
    expect(wrong.code).to.equal(1);
    expect((JSON.parse(wrong.stdout) as { problems: string[] }).problems).to.have.length(1);
    expect(await history()).to.have.length(3);

    const inUse = folder('node/data/tables.json');
    const good = readFileSync(inUse, 'utf8');
    writeFileSync(inUse, '{"callers":');
    const admitted = await octriage('admit', 'OTHER', '--reason', 'x');
    expect(admitted.code, 'what is not understood is not written over').to.equal(2);
    expect(readFileSync(inUse, 'utf8')).to.equal('{"callers":');
    const [, , first] = await history();
    await json('tables', 'restore', String(first!.id), '--reason', 'mended');
    expect(readFileSync(inUse, 'utf8')).to.equal(good);
    expect((await history())[1], 'the broken one is on record').to.deep.include({
      who: 'the file',
    });
  });

  it('echo: a destination by its name', async () => {
    expect(await json<{ kind: string }>('echo', 'PACS')).to.deep.include({ kind: 'answered' });
    const nobody = await octriage('echo', 'ARCHIVE');
    expect(nobody.code).to.equal(2);
    expect(nobody.stderr).to.contain('there are PACS');
  });

  it('commissioning: the checklist, the word of who saw the result, and the report that is kept', async () => {
    const list = await json<{ steps: readonly Step[] }>('commissioning', 'show', 'SCANNER');
    expect(list.steps.map(({ step, state }) => `${step} ${state}`).slice(0, 3)).to.deep.equal([
      'admitted done',
      'echo done',
      'scan open',
    ]);
    const seen = ['commissioning', 'seen', 'SCANNER', '--note', 'looked at in room 3'];
    const { steps } = await json<{ steps: readonly Step[] }>(...seen);
    expect(steps.at(-1)).to.deep.include({ state: 'done' });
    expect(steps.at(-1)?.lines).to.include('looked at in room 3');
    const { id } = await json<{ id: number }>('commissioning', 'report', 'SCANNER');
    const { stdout } = await octriage('commissioning', 'reports', 'SCANNER');
    expect(stdout).to.contain(`report ${id}, `).and.to.contain('[x] PACS shows it');
  });

  it('housekeeping: done now, or refused with the setting that has it off', async () => {
    const done = await json<{ detail: string }>('housekeeping', 'run', 'backup');
    expect(done.detail).to.match(/^ledger-\d{8}T\d{6}Z\.sqlite$/);
    expect(readFileSync(folder(`node/data/backups/${done.detail}`)).length).to.be.above(0);
    const off = await octriage('housekeeping', 'run', 'retention');
    expect(off).to.deep.include({ code: 1 });
    expect(off.stderr).to.contain('OCTRIAGE_RETENTION_DAYS is 0');
    const { tasks } = await json<{ tasks: readonly TaskRow[] }>('housekeeping', 'list');
    expect(tasks.map(({ task }) => task)).to.deep.equal(TASK_NAMES);
    const lastOf = (name: string) => tasks.find(({ task }) => task === name)?.last;
    expect(lastOf('backup')).to.deep.include({
      outcome: 'done',
      said: `${done.detail} made, 0 older deleted`,
    });
    expect(lastOf('retention')).to.equal(undefined);
  });

  it('housekeeping of the node: done by it now, and on record; refused where it does not run', async () => {
    const byNode = { OCTRIAGE_HTTP_PORT: String(node.httpPort) };
    const asked = ['housekeeping', 'run', 'golden', 'scan'];
    const run = await octriageHere(asked, { ...environment, ...byNode, ...dataOfNode() });
    expect(run, run.stderr).to.deep.include({ code: 0 });
    expect(run.stdout).to.equal('golden scan: asked of 0 workers\n');
    const { tasks } = await json<{ tasks: readonly TaskRow[] }>('housekeeping', 'list');
    const last = tasks.find(({ task }) => task === 'golden scan')?.last;
    expect(last).to.deep.include({ outcome: 'done', said: 'asked of 0 workers' });
    expect(last?.who).to.equal(operatorName());
    const nobody = { OCTRIAGE_HTTP_PORT: String(await freePort()) };
    const refused = await octriageHere([...asked, '--json'], {
      ...environment,
      ...nobody,
      ...dataOfNode(),
    });
    expect(refused.code).to.equal(1);
    expect(JSON.parse(refused.stderr)).to.deep.include({ code: 'OCT_COMMAND_NO_NODE' });
    expect((await octriage('housekeeping', 'run', 'nothing known')).code).to.equal(2);
  });

  it('a command that nobody knows is told so', async () => {
    for (const command of ['tables', 'settings', 'commissioning', 'housekeeping']) {
      const { code, stderr } = await octriage(command, 'undo');
      expect(code, command).to.equal(2);
      expect(stderr).to.contain(`${command} takes: `);
    }
    expect((await octriage('echo', `PEER@127.0.0.1:${await freePort()}`)).code).to.equal(1);
  });
});
