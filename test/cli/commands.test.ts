import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { freePort } from '../../fixtures/free-port.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';

describe('octriage on the command line', function () {
  this.timeout(60_000);
  let folder: string;
  let receiver: Receiver;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'octriage-cli-'));
    receiver = await startReceiver('PEER', join(folder, 'received'));
  });
  after(async () => {
    await receiver.close();
    rmSync(folder, { recursive: true });
  });

  function octriage(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    return run(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: { ...cleanEnvironment(), ...environment },
    });
  }

  it('without a command shows what there is, and that it is for research use only', async () => {
    const { code, stdout } = await octriage([]);
    expect(code).to.equal(2);
    expect(stdout).to.contain('RESEARCH USE ONLY').and.to.contain('octriage serve');
  });

  it('echo: 0 and a time where the peer answers', async () => {
    const { code, stdout } = await octriage(['echo', `PEER@127.0.0.1:${receiver.port}`]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/answered in \d+ ms/);
  });

  it('echo: 1 and the reason where it does not', async () => {
    const wrongTitle = await octriage(['echo', `NOBODY@127.0.0.1:${receiver.port}`]);
    expect(wrongTitle.code).to.equal(1);
    expect(wrongTitle.stderr).to.contain('OCT_DIMSE');
    const nobody = await octriage(['echo', `PEER@127.0.0.1:${await freePort()}`]);
    expect(nobody.code).to.equal(1);
    expect(nobody.stderr).to.contain('OCT_DIMSE');
  });

  it('echo: 2 where the address is none', async () => {
    const { code, stderr } = await octriage(['echo', 'PEER:104']);
    expect(code).to.equal(2);
    expect(stderr).to.contain('AE@host:port');
  });

  it('send: files and folders arrive; what is not DICOM is named', async () => {
    const scans = join(folder, 'scans');
    const files = writeOptFiles(
      scans,
      ([1, 2] as const).map((seed) => ({
        dress: 'heidelberg-spectralis' as const,
        phantom: { seed, laterality: 'R' as const, pathologies: [] },
      })),
    );
    const stray = join(folder, 'stray.txt');
    writeFileSync(stray, 'no DICOM');
    const to = `PEER@127.0.0.1:${receiver.port}`;
    const { code, stdout, stderr } = await octriage(['send', scans, stray, '--to', to]);
    expect(code, 'not all could be sent').to.equal(1);
    expect(stdout).to.contain('2 stored, 1 not');
    expect(stderr).to.contain('stray.txt').and.to.contain('OCT_DICOM_NOT_PART10');
    expect(receiver.received.map(({ sopInstanceUid }) => sopInstanceUid)).to.have.members(
      files.map(({ uids }) => uids.instance),
    );
  });

  it('check: 0 where the configuration can be used, and says what it means', async () => {
    const { code, stdout } = await octriage(['check'], {
      OCTRIAGE_CALLERS: '*',
      OCTRIAGE_DESTINATIONS: 'PACS=ORTHANC@127.0.0.1:4242',
    });
    expect(code).to.equal(0);
    expect(stdout).to.contain('PACS = ORTHANC@127.0.0.1:4242');
    expect(stdout).to.contain('Warning: * admits every caller');
  });

  it('check: 2 and every problem by name where it cannot', async () => {
    const { code, stderr } = await octriage(['check'], {
      OCTRIAGE_DIMSE_PORT: 'eleven',
      OCTRIAGE_CALERS: '*',
    });
    expect(code).to.equal(2);
    expect(stderr).to.contain("OCTRIAGE_DIMSE_PORT: 'eleven' is not a whole number");
    expect(stderr).to.contain('OCTRIAGE_CALERS: there is no such setting');
    expect(stderr).to.contain('did you mean OCTRIAGE_CALLERS?');
  });

  it('check: 1 where the model set is not what its manifest says', async () => {
    const { code, stderr } = await octriage(['check'], { OCTRIAGE_MODELS: folder });
    expect(code).to.equal(1);
    expect(stderr).to.contain('OCTRIAGE_MODELS').and.to.contain('OCT_MODEL');
  });

  it('check: says which device profile of the site is wrong and where', async () => {
    const path = join(folder, 'profiles.json');
    writeFileSync(path, '{"id":"our-nidek","basedOn":"nidek","evidence":"hearsay"}');
    const wrong = await octriage(['check'], { OCTRIAGE_DEVICE_PROFILES: path });
    expect(wrong.code).to.equal(1);
    expect(wrong.stderr).to.contain('our-nidek.evidence').and.contain('OCT_CONFIG_INVALID_PROFILE');
    writeFileSync(path, '{"id":"our-nidek","basedOn":"nidek","evidence":"real files"}');
    const right = await octriage(['check'], { OCTRIAGE_DEVICE_PROFILES: path });
    rmSync(path);
    expect(right.code).to.equal(0);
    expect(right.stdout).to.contain('of this site: our-nidek (profiles.json)');
  });

  it('serve: a wrong setting stops the start with a sentence', async () => {
    const { code, stderr } = await octriage(['serve'], { OCTRIAGE_WORKERS: 'many' });
    expect(code).to.equal(2);
    expect(stderr).to.contain("OCTRIAGE_WORKERS: 'many' is not a whole number from 0 to 64");
  });

  it('serve: reads .env, and the environment wins over it', async () => {
    writeFileSync(join(folder, '.env'), 'OCTRIAGE_WORKERS=many\nOCTRIAGE_DIMSE_PORT=none\n');
    const { stderr } = await octriage(['check'], { OCTRIAGE_WORKERS: '0' });
    rmSync(join(folder, '.env'));
    expect(stderr).to.contain("OCTRIAGE_DIMSE_PORT: 'none'").and.not.to.contain('OCTRIAGE_WORKERS');
  });

  it('serve: a port that is taken stops the start and leaves no process behind', async () => {
    const { code, stderr } = await octriage(['serve'], {
      OCTRIAGE_BIND: '127.0.0.1',
      OCTRIAGE_DIMSE_PORT: String(receiver.port),
      OCTRIAGE_HTTP_PORT: '0',
    });
    expect(code).to.equal(1);
    expect(stderr).to.contain('EADDRINUSE');
  });
});
