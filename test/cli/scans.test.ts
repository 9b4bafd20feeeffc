import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeProcess } from '../../fixtures/node-process.js';
import type { NetworkState, ScanDetail, ScanSummary } from '../../src/console/model.js';
import type { NodeState } from '../../src/console/node-model.js';
import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from '../../src/dicom/uids.js';
import { startListener, type Listener } from '../../src/dimse/listener.js';
import { api, consoleNode, sendScan } from '../console/support/console-node.js';
import { CANARY, CANARY_PATTERN } from '../support/canary.js';
import { octriageHere } from '../support/command-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

/** A destination that refuses everything, and names the patient in its Error Comment. */
function startIndiscreet(): Promise<Listener> {
  const comment = 'Zzcanary^Kanarienvogel is not known here';
  return startListener({
    bind: '127.0.0.1',
    port: 0,
    aeTitle: 'INDISCREET',
    accepted: { sopClasses: SOP_CLASSES_ACCEPTED, transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED },
    maxPduLength: 131_072,
    maxAssociations: 4,
    admit: () => ({ admitted: true }),
    store: {
      begin: () =>
        Promise.resolve({
          write: () => Promise.resolve(),
          abandon: () => Promise.resolve(),
          finish: () => Promise.resolve({ status: 0xc000, comment }),
        }),
    },
    onEvent: () => undefined,
  });
}

describe('octriage scans, network, node: what the console shows, without patients', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let indiscreet: Listener;
  let node: NodeProcess;
  let settings: Record<string, string>;
  let id = '';

  before(async function () {
    requireTool(this, 'storescu');
    indiscreet = await startIndiscreet();
    const shared = {
      OCTRIAGE_CALLERS: '*',
      OCTRIAGE_DESTINATIONS: `PACS=INDISCREET@127.0.0.1:${indiscreet.port}`,
    };
    node = await consoleNode(shared);
    settings = {
      ...shared,
      OCTRIAGE_DATA_DIR: join(node.folder, 'data'),
      OCTRIAGE_DIMSE_PORT: String(node.dimsePort),
      OCTRIAGE_HTTP_PORT: String(node.httpPort),
    };
    await sendScan(node, {
      dress: 'heidelberg-spectralis',
      size: { frames: 24, rows: 248, columns: 256 },
      ...{
        patient: CANARY,
        phantom: { seed: 11, laterality: 'R', pathologies: [], landmark: true },
      },
    });
    await sendScan(node, {
      dress: 'unknown',
      patient: CANARY,
      phantom: { seed: 3, laterality: 'L', pathologies: [] },
    });
    const bothRefused = async () => {
      const { scans } = await api<{ scans: ScanSummary[] }>(node, 'viewer', '/api/scans');
      id = scans.find(({ decision }) => decision !== 'not-assessed')?.id ?? '';
      return scans.length === 2 && scans.every(({ stage }) => stage === 'not-delivered');
    };
    await node.waitUntil('both scans are read and their results refused', bothRefused, 60);
  });
  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
    await (indiscreet as Listener | undefined)?.close();
  });

  const octriage = (...args: readonly string[]) => octriageHere(args, settings);

  async function json<T>(...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await octriage(...args, '--json');
    expect(code, stdout + stderr).to.equal(0);
    return JSON.parse(stdout) as T;
  }

  const listed = async (...filter: readonly string[]) =>
    (await json<{ scans: ScanSummary[] }>('scans', 'list', ...filter)).scans.map((one) => one.id);

  it('list and show give what the API tells a viewer', async () => {
    const { scans } = await api<{ scans: ScanSummary[] }>(node, 'viewer', '/api/scans');
    expect(await json('scans')).to.deep.equal({ scans });
    const detail = await api<ScanDetail>(node, 'viewer', `/api/scans/${id}`);
    expect(await json('scans', 'show', id)).to.deep.equal(detail);
    expect(detail.steps.map(({ name }) => name)).to.have.length(8);
  });

  it('in words: decision with its spread, where it stands, the life and what the report says', async () => {
    const { stdout: list } = await octriage('scans');
    const line = list.split('\n').find((one) => one.startsWith(id));
    expect(line).to.match(
      /SCANNER, \d+ \w+ ago {2}Heidelberg Engineering Spectralis R, [a-z-]+ \d/,
    );
    expect(line).to.match(/a destination refused the results: PACS$/);
    const { stdout: shown } = await octriage('scans', 'show', id);
    for (const step of ['[x] Received, ', '[x] Complete, ', '[x] Read, ', '[!] Delivered'])
      expect(shown).to.contain(step);
    expect(shown).to.contain('one object holds all its frames');
    expect(shown).to.match(/\n {2}urgent.*: \d+(\.\d)? %/i);
  });

  it('filters by decision, eye, sender, stage, time, text and number', async () => {
    expect(await listed()).to.have.length(2);
    expect(await listed('--laterality', 'R')).to.deep.equal([id]);
    const other = await listed('--decision', 'not-assessed');
    expect(other).to.have.length(1).and.not.to.include(id);
    expect(await listed('--stage', 'not-delivered')).to.have.length(2);
    expect(await listed('--stage', 'held')).to.deep.equal([]);
    expect(await listed('--sender', 'NOBODY')).to.deep.equal([]);
    expect(await listed('--sender', 'SCANNER')).to.have.length(2);
    expect(await listed('--search', 'SPECTRALIS')).to.deep.equal([id]);
    expect(await listed('--since', '2999-01-01')).to.deep.equal([]);
    expect(await listed('--since', '2020-01-01')).to.have.length(2);
    expect(await listed('--limit', '1')).to.have.length(1);
    for (const wrong of [
      ['--stage', 'lost'],
      ['--limit', 'all'],
      ['--laterality', 'B'],
    ])
      expect((await octriage('scans', 'list', ...wrong)).code, wrong.join(' ')).to.equal(2);
  });

  it('get: the objects as the archive holds them; nothing is written over', async () => {
    const { objects } = await json<{ objects: { kind: string; path: string }[] }>(
      ...['scans', 'get', id, '--to', folder('got')],
    );
    expect(objects.map(({ kind }) => kind)).to.have.members(['source', 'segmentation', 'report']);
    const detail = await api<ScanDetail>(node, 'operator', `/api/scans/${id}`);
    const uid = detail.objects.find(({ kind }) => kind === 'report')!.sopInstanceUid;
    const response = await fetch(
      `http://127.0.0.1:${node.httpPort}/api/scans/${id}/objects/${uid}`,
      { headers: { Authorization: `Basic ${btoa('operator:a long phrase for tests')}` } },
    );
    const path = objects.find(({ kind }) => kind === 'report')!.path;
    expect(readFileSync(path).equals(Buffer.from(await response.arrayBuffer()))).to.equal(true);
    const again = await octriage('scans', 'get', id, 'report', '--to', folder('got'));
    expect(again.code).to.equal(1);
    expect(again.stderr).to.contain('EEXIST');
    await json('scans', 'get', id, 'source', '--to', folder('source'));
    expect(readdirSync(folder('source'))).to.have.length(1);
    expect((await octriage('scans', 'get', id, 'page-pdf', '--to', folder('got'))).code).to.equal(
      2,
    );
  });

  it('first: not of what has been read', async () => {
    expect((await octriage('scans', 'first', id)).code, 'not without a reason').to.equal(2);
    const { code, stderr } = await octriage('scans', 'first', id, '--reason', 'x', '--json');
    expect(code).to.equal(1);
    expect(JSON.parse(stderr)).to.deep.include({ code: 'OCT_WORKITEM_STATE', exitCode: 1 });
  });

  it('network: what the API tells, but for what a peer said', async () => {
    const state = await api<NetworkState>(node, 'operator', '/api/network');
    expect(state.deadLetters[0]?.cause, 'an operator of the console sees it').to.match(
      CANARY_PATTERN,
    );
    const deadLetters = state.deadLetters.map((one) => ({ ...one, cause: 'status 0xC000' }));
    expect(await json('network')).to.deep.equal({ ...state, deadLetters });
    const { stdout } = await octriage('network');
    expect(stdout).to.match(/caller: \* from anywhere: never seen\n/);
    expect(stdout).to.match(
      /refused: SCANNER from \S+: presentation context refused: \d+ SOP classes; /,
    );
    expect(stdout).to.match(
      /destination: PACS at INDISCREET@\S+: 0 delivered, 0 wait, \d failed\n/,
    );
  });

  it('node: what the API tells and /readyz; 1 where it does not run', async () => {
    const state = await api<NodeState>(node, 'operator', '/api/node');
    const { degraded, ...told } = await json<NodeState & { degraded: readonly { name: string }[] }>(
      'node',
    );
    // The node looks at drift once a minute, and the disk fills meanwhile.
    expect({ ...told, drift: [], disk: {} }).to.deep.equal({ ...state, drift: [], disk: {} });
    expect(told.drift[0]).to.deep.include({ callingAeTitle: 'SCANNER', state: 'learning' });
    expect(told.disk).to.have.all.keys(state.disk);
    expect(degraded.map(({ name }) => name)).to.include('deliveries');
    expect((await octriage('node')).stdout).to.match(/\[x\] workers: 1 of 1 workers/);
    const elsewhere = await octriageHere(['node', '--json'], {
      ...settings,
      OCTRIAGE_HTTP_PORT: '1',
    });
    expect(elsewhere.code).to.equal(1);
    expect(JSON.parse(elsewhere.stdout)).to.have.nested.property('conditions[0].ready', false);
    expect(JSON.parse(elsewhere.stdout)).not.to.have.property('workers');
  });

  it('no command names the patient (R36)', async () => {
    const commands = [
      ...[
        ['scans'],
        ['scans', 'show', id],
        ['network'],
        ['node'],
        ['scans', 'get', id, '--to', folder('canary')],
      ],
    ];
    for (const command of commands) {
      for (const form of [[], ['--json']]) {
        const { stdout, stderr } = await octriage(...command, ...form);
        expect(stdout + stderr, command.join(' ')).not.to.match(CANARY_PATTERN);
      }
    }
  });
});
