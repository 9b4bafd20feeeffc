import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { hashPassword } from '../../src/config/user.js';
import { CANARY, CANARY_PATTERN } from '../support/canary.js';
import { Rsyslog } from '../support/rsyslog.js';
import { storescu } from '../support/storescu.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';
import { run } from '../support/run.js';

/** A real node, a real scanner, a real audit record repository. */
describe('the audit trail of a running node', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let rsyslog: Rsyslog;
  let node: NodeProcess | undefined;
  let study = '';

  before(async function () {
    requireTool(this, 'rsyslogd', 'rsyslog-openssl', 'storescu');
    rsyslog = await Rsyslog.make(folder('rsyslog'));
  });
  after(async () => {
    await node?.remove();
    await rsyslog.stop();
  });

  async function startNode(more: Readonly<Record<string, string>> = {}): Promise<NodeProcess> {
    const hash = await hashPassword('pass word');
    const started = await NodeProcess.prepare({
      OCTRIAGE_CALLERS: 'SCANNER@127.0.0.1',
      OCTRIAGE_INFERENCE_THREADS: '1',
      OCTRIAGE_USERS: `ada:operator:${hash},vic:viewer:${hash}`,
      OCTRIAGE_TLS_CA: rsyslog.authority.certificate,
      OCTRIAGE_AUDIT_RECEIVER: `127.0.0.1:${rsyslog.port}`,
      ...more,
    });
    await started.start('/healthz');
    return started;
  }

  const told = (all: readonly string[], event: string, ...more: readonly string[]) =>
    all.filter((one) => [`originalText="${event}"`, ...more].every((part) => one.includes(part)));

  it('tells who sent, who was refused, who looked and who could not log in, and nothing of the patient', async () => {
    node = await startNode();
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis' as const,
        patient: CANARY,
        phantom: { seed: 5, laterality: 'R', pathologies: [] },
      },
    ]);
    expect(await storescu(node.dimsePort, file!.path)).to.equal(true);
    await run('storescu', ['-aet', 'STRANGER', '127.0.0.1', String(node.dimsePort), file!.path]);
    const as = (password: string, name = 'ada') => ({
      headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
    });
    const base = `http://127.0.0.1:${node.httpPort}`;
    expect((await fetch(`${base}/dicom-web/studies`, as('wrong'))).status).to.equal(401);
    const name = `${base}/dicom-web/studies?PatientName=${CANARY['PatientName'] as string}`;
    const [found] = (await (await fetch(name, as('pass word'))).json()) as Record<
      string,
      { Value: string[] }
    >[];
    study = found?.['0020000D']?.Value[0] ?? '';
    await (await fetch(`${base}/dicom-web/studies/${study}/metadata`, as('pass word'))).text();
    const backup = { method: 'POST', ...as('pass word') };
    expect((await fetch(`${base}/api/housekeeping/backup/run`, backup)).status).to.equal(200);
    expect((await fetch(`${base}/metrics`, as('pass word', 'vic'))).status).to.equal(403);

    // All of it happened while the receiver was away; the spool outlives the process. An answer goes out just before its
    // message is made.
    const spool = join(node.folder, 'data', 'audit');
    await node.waitUntil('the last message in the spool', () =>
      Promise.resolve(
        readdirSync(spool).some((file) =>
          readFileSync(join(spool, file), 'utf8').includes('UserID="vic"'),
        ),
      ),
    );
    node.signal('SIGKILL');
    await node.ended();
    await rsyslog.start();
    await node.start('/healthz');
    const messages = await rsyslog.waitFor(
      (all) => told(all, 'Application Start').length >= 2 && told(all, 'Query').length >= 1,
    );
    expect(told(messages, 'DICOM Instances Transferred', study, 'SCANNER')).to.have.length(1);
    expect(told(messages, 'DICOM Instances Transferred', study, 'UserID="ada"')).to.have.length(1);
    expect(told(messages, 'Node Authentication', 'STRANGER')).to.have.length(1);
    expect(told(messages, 'User Authentication', 'Indicator="4"')).to.have.length(1);
    expect(told(messages, 'Query', 'UserID="ada"')).to.have.length(1);
    expect(told(messages, 'Use of Restricted Function', 'UserID="vic"')).to.have.length(1);
    const runs = told(messages, 'Use of Restricted Function', 'UserID="ada"', '/backup/run');
    expect(runs).to.have.length(1);
    expect(messages.join('\n')).not.to.match(CANARY_PATTERN);
    expect(node.output).to.contain('the audit receiver does not take messages');
    node.signal('SIGTERM');
    await node.ended();
    await rsyslog.waitFor((all) => told(all, 'Application Stop').length >= 1);
  });

  it('carries Patient IDs where the site wants them', async () => {
    node = await startNode({ OCTRIAGE_AUDIT_PATIENTS: 'on' });
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis' as const,
        patient: CANARY,
        phantom: { seed: 6, laterality: 'R', pathologies: [] },
      },
    ]);
    expect(await storescu(node.dimsePort, file!.path)).to.equal(true);
    const id = `ParticipantObjectID="${CANARY['PatientID'] as string}"`;
    await rsyslog.waitFor((all) => told(all, 'DICOM Instances Transferred', id).length === 1);
  });
});
