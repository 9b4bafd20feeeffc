import { expect } from 'chai';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { NodeProcess } from '../../fixtures/node-process.js';
import { openTestArchive, scheduleScan } from '../archive/objects.js';
import { octriageHere } from '../support/command-line.js';
import { Rsyslog } from '../support/rsyslog.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

describe('the audit trail of commands: by the node to the repository, in the name of the login', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let rsyslog: Rsyslog;
  let node: NodeProcess;
  let settings: Record<string, string>;
  let workitem = '';

  before(async function () {
    requireTool(this, 'rsyslogd', 'rsyslog-openssl');
    rsyslog = await Rsyslog.make(folder('rsyslog'));
    await rsyslog.start();
    const shared = {
      OCTRIAGE_CALLERS: '',
      OCTRIAGE_WORKERS: '0',
      OCTRIAGE_TLS_CA: rsyslog.authority.certificate,
      OCTRIAGE_AUDIT_RECEIVER: `127.0.0.1:${rsyslog.port}`,
    };
    settings = { ...shared, OCTRIAGE_DATA_DIR: folder('node/data') };
    const archive = openTestArchive(folder('node/data'));
    workitem = await scheduleScan(archive, 'scan', { PatientID: 'CANARY-4711-ID' });
    await archive.close();
    node = await NodeProcess.prepare(shared, folder('node'));
  });
  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
    await (rsyslog as Rsyslog | undefined)?.stop();
  });

  const octriage = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    octriageHere(args, { ...settings, ...more, SUDO_USER: 'ada' });
  const told = (all: readonly string[], command: string, ...more: readonly string[]) =>
    all.filter((one) =>
      [`ParticipantObjectID="octriage ${command}"`, 'UserID="ada"', ...more].every((part) =>
        one.includes(part),
      ),
    );
  const waiting = () =>
    existsSync(folder('node/data/audit-commands'))
      ? readdirSync(folder('node/data/audit-commands'))
      : [];

  it('is left for a node that does not run, and sent when it starts', async () => {
    const admitted = await octriage(['admit', 'SCANNER', '--reason', 'new']);
    expect(admitted.code, admitted.stderr).to.equal(0);
    expect(waiting()).to.have.length(1);
    await node.start('/healthz');
    const all = await rsyslog.waitFor((messages) => told(messages, 'admit').length > 0);
    const type = 'originalText="Network Configuration"';
    expect(told(all, 'admit', type, 'EventOutcomeIndicator="0"')).to.have.length(1);
    expect(waiting()).to.deep.equal([]);
  });

  it('of what is done beside a node that runs: tables, settings, workitems; and of what failed', async () => {
    const set = ['settings', 'set', 'OCTRIAGE_LOG_LEVEL', 'warn', '--reason', 'noise'];
    expect((await octriage(set)).code).to.equal(0);
    expect((await octriage(['workitems', 'first', workitem, '--reason', 'x'])).code).to.equal(0);
    expect((await octriage(['workitems', 'cancel', '1.2.3', '--reason', 'x'])).code).to.equal(1);
    expect((await octriage(['deliveries', 'replay', '--all'])).code, 'there are none').to.equal(1);
    const all = await rsyslog.waitFor((messages) => told(messages, 'deliveries replay').length > 0);
    const operated = 'originalText="Use of Restricted Function"';
    expect(told(all, 'settings set', 'originalText="Network Configuration"')).to.have.length(1);
    expect(told(all, 'workitems first', operated, 'Indicator="0"')).to.have.length(1);
    expect(told(all, 'workitems cancel', operated, 'Indicator="4"')).to.have.length(1);
    expect(told(all, 'deliveries replay', operated, 'Indicator="4"')).to.have.length(1);
  });

  it('of who looked at a scan, by its study; with the Patient ID only where the site wants it', async () => {
    const { stdout } = await octriage(['scans', '--json']);
    const [scan] = (JSON.parse(stdout) as { scans: { id: string }[] }).scans;
    await octriage(['scans', 'show', scan!.id]);
    const accessed = (all: readonly string[]) =>
      all.filter((one) => one.includes('originalText="DICOM Instances Accessed"'));
    const [first] = accessed(await rsyslog.waitFor((all) => accessed(all).length === 1));
    expect(first).to.contain('UserID="ada"').and.not.to.contain('CANARY');
    await octriage(['scans', 'show', scan!.id], { OCTRIAGE_AUDIT_PATIENTS: 'on' });
    const [, second] = accessed(await rsyslog.waitFor((all) => accessed(all).length === 2));
    expect(second).to.contain('ParticipantObjectID="CANARY-4711-ID"');
  });

  it('the console tells of the same acts', async () => {
    const { stdout } = await octriage(['scans', '--json']);
    const [scan] = (JSON.parse(stdout) as { scans: { id: string }[] }).scans;
    const path = `/api/scans/${scan!.id}/first`;
    const { status } = await fetch(`http://127.0.0.1:${node.httpPort}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ why: 'x' }),
    });
    expect(status).to.equal(204);
    const operated = (all: readonly string[]) =>
      all.filter((one) =>
        ['originalText="Use of Restricted Function"', `="${path}"`].every((part) =>
          one.includes(part),
        ),
      );
    await rsyslog.waitFor((all) => operated(all).length === 1);
  });

  it('not of what only shows, nor where nothing was done, nor where no receiver is set', async () => {
    await octriage(['tables']);
    await octriage(['workitems', 'cancel']);
    await octriage(['admit', 'OTHER', '--reason', 'x'], { OCTRIAGE_AUDIT_RECEIVER: '' });
    // What comes last tells that nothing came before it.
    await octriage(['drift', 'accept', 'NOBODY', 'none']);
    await octriage(['tables', 'restore', '1', '--reason', 'x']);
    const all = await rsyslog.waitFor((messages) => told(messages, 'tables restore').length > 0);
    for (const none of ['tables show', 'workitems cancel', 'drift accept'])
      expect(told(all, none, 'Indicator="0"'), none).to.deep.equal([]);
    expect(told(all, 'admit')).to.have.length(1);
  });

  it('is said where a message cannot be kept', async () => {
    const own = folder('full/data');
    await openTestArchive(own).close();
    mkdirSync(folder('full/data/audit-commands'));
    writeFileSync(folder('full/data/audit-commands/1.frame'), Buffer.alloc(1024 * 1024));
    const { code, stderr } = await octriage(['admit', 'SCANNER', '--reason', 'x', '--json'], {
      OCTRIAGE_DATA_DIR: own,
      OCTRIAGE_AUDIT_SPOOL_MIB: '1',
    });
    expect(code).to.equal(1);
    expect(JSON.parse(stderr)).to.deep.include({ code: 'OCT_COMMAND_NOT_AUDITED', exitCode: 1 });
  });
});
