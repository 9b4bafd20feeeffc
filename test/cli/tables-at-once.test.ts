import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { cleanEnvironment, type NodeProcess } from '../../fixtures/node-process.js';
import type { TablesVersionRow } from '../../src/console/model.js';
import { withOperatorArchive } from '../../src/archive/operator-archive.js';
import { settingsOver } from '../../src/config/read-settings.js';
import { NO_TABLES, type Tables } from '../../src/config/tables-file.js';
import type { TablesPort } from '../../src/console/tables.js';
import { tablesPort } from '../../src/joints/console-tables.js';
import { api, consoleNode, PASSWORD } from '../console/support/console-node.js';
import { octriageHere } from '../support/command-line.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('changes of the tables at the same time lose nothing', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let node: NodeProcess;
  let settings: Record<string, string>;

  before(async () => {
    node = await consoleNode({ OCTRIAGE_WORKERS: '0', OCTRIAGE_CALLERS: '' });
    settings = { OCTRIAGE_DATA_DIR: `${node.folder}/data` };
  });
  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
  });

  const ask = (path: string, method: string, body: object) =>
    fetch(`http://127.0.0.1:${node.httpPort}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${btoa(`administrator:${PASSWORD}`)}`,
      },
      body: JSON.stringify(body),
    }).then(({ status }) => status);
  const tables = async () =>
    (await api<{ tables: Tables; digest: string }>(node, 'administrator', '/api/tables')).tables;

  it('by processes of the command line and requests of the console', async () => {
    const names = (prefix: string) => [1, 2, 3, 4].map((one) => `${prefix}${one}`);
    const [ours, theirs] = [names('LINE'), names('PAGE')];
    const commands = ours.map((name) =>
      run(process.execPath, [MAIN, 'admit', name, '--reason', name], {
        env: { ...cleanEnvironment(), ...settings },
      }).then(({ code, stderr }) => (code === 0 ? 204 : stderr)),
    );
    // Spread over the time in which the processes start and write.
    const requests = theirs.map(async (aeTitle, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 250));
      return ask('/api/tables/admit', 'POST', { aeTitle, why: aeTitle });
    });
    const codes = await Promise.all([...commands, ...requests]);
    expect(codes).to.deep.equal([...ours, ...theirs].map(() => 204));
    const { callers } = await tables();
    expect(callers.map(({ aeTitle }) => aeTitle)).to.have.members([...ours, ...theirs]);
    const { versions } = await api<{ versions: TablesVersionRow[] }>(
      ...([node, 'administrator', '/api/tables/versions'] as const),
    );
    expect(versions.map(({ why }) => why)).to.have.members([...ours, ...theirs]);
  });

  it('a change that comes while another is made is what that one is made of', async () => {
    const add = (aeTitle: string) => (now: { readonly tables: Tables }) => ({
      ...now.tables,
      callers: [...now.tables.callers, { aeTitle }],
    });
    const port = (act: (one: TablesPort) => Promise<unknown>) =>
      withOperatorArchive(settings['OCTRIAGE_DATA_DIR']!, (archive) => {
        const used = settingsOver(settings, NO_TABLES);
        return act(tablesPort(used, settings, archive));
      });
    let made = 0;
    await port((first) =>
      first.change({ who: 'first', why: 'x' }, async (now) => {
        made += 1;
        if (made === 1)
          await port((second) => second.change({ who: 'second', why: 'x' }, add('SECOND')));
        return add('FIRST')(now);
      }),
    );
    expect(made).to.equal(2);
    const titles = (await tables()).callers.map(({ aeTitle }) => aeTitle);
    expect(titles.slice(-2)).to.deep.equal(['SECOND', 'FIRST']);
  });

  it('within one process: each is made of what the one before it left', async () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F'].map((one) => `MORE${one}`);
    const codes = await Promise.all(
      names.map((aeTitle) => ask('/api/tables/admit', 'POST', { aeTitle, why: aeTitle })),
    );
    expect(codes).to.deep.equal(names.map(() => 204));
    const { callers } = await tables();
    expect(callers.map(({ aeTitle }) => aeTitle)).to.include.members(names);
  });

  it('tables shown, changed by somebody else, and then set are refused', async () => {
    const { stdout } = await octriageHere(['tables', 'show', '--json'], settings);
    writeFileSync(folder('shown.json'), stdout);
    const set = () =>
      octriageHere(['tables', 'set', folder('shown.json'), '--reason', 'x', '--json'], settings);
    expect(await ask('/api/tables/admit', 'POST', { aeTitle: 'LATER', why: 'x' })).to.equal(204);
    const refused = await set();
    expect(refused.code).to.equal(1);
    expect(JSON.parse(refused.stderr)).to.deep.include({ code: 'OCT_COMMAND_CONFLICT' });
    expect((await tables()).callers.at(-1)?.aeTitle).to.equal('LATER');
    const anew = await octriageHere(['tables', '--json'], settings);
    writeFileSync(folder('shown.json'), anew.stdout);
    expect((await set()).code).to.equal(0);
    const inFile = JSON.parse(readFileSync(`${node.folder}/data/tables.json`, 'utf8')) as Tables;
    expect(inFile).to.deep.equal((JSON.parse(anew.stdout) as { tables: Tables }).tables);
  });
});
