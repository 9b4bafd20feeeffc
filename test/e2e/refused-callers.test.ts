import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { NodeProcess, cleanEnvironment } from '../../fixtures/node-process.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { ScriptedPeer, associateRq } from '../dimse/support/scripted-peer.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describe('why was I refused? (octriage callers)', function () {
  this.timeout(180_000);
  let node: NodeProcess;

  before(async function () {
    requireTool(this, 'echoscu', 'storescu');
    node = await NodeProcess.prepare({ OCTRIAGE_WORKERS: '0', OCTRIAGE_CALLERS: 'KNOWN' });
    await node.start();
  });
  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
  });

  async function callers(environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const { stdout } = await run(process.execPath, [MAIN, 'callers'], {
      cwd: node.folder,
      env: {
        ...cleanEnvironment(),
        OCTRIAGE_DATA_DIR: `${node.folder}/data`,
        OCTRIAGE_CALLERS: 'KNOWN',
        ...environment,
      },
    });
    return stdout;
  }

  function echoscu(calling: string, called: string) {
    return run('echoscu', ['-aet', calling, '-aec', called, '127.0.0.1', String(node.dimsePort)]);
  }

  it('says who was refused, how often, and the entry that admits them; the entry does admit them', async () => {
    await echoscu('SPECTRALIS1', 'OCTRIAGE');
    await echoscu('SPECTRALIS1', 'OCTRIAGE');
    const said = await callers();
    expect(said).to.contain('refused: SPECTRALIS1 from 127.0.0.1 calling OCTRIAGE');
    expect(said).to.contain('2 times');
    expect(said).to.contain('Verification');
    const entry = /add to OCTRIAGE_CALLERS: (.*)/.exec(said)?.[1] ?? '';
    expect(entry).to.equal('SPECTRALIS1@127.0.0.1');
    expect(said).to.contain('{"aeTitle":"SPECTRALIS1","from":"127.0.0.1"}');
    expect(await callers({ OCTRIAGE_CALLERS: entry })).to.contain('admitted by now');
  });

  it('R26: an AE title that is not printable is shown in hex', async () => {
    const peer = await ScriptedPeer.connect(node.dimsePort);
    const request = encodePdu(associateRq({ calledAeTitle: 'OCTRIAGE', callingAeTitle: 'OCTX' }));
    request[request.indexOf('OCTX') + 3] = 0x01;
    peer.send(request);
    expect(await peer.next()).to.include({ type: 'A-ASSOCIATE-RJ' });
    expect(await callers())
      .to.contain('refused: hex:4f435401')
      .and.to.contain('correct it on the');
  });

  it('a wrong called AE title, refused SOP classes and other protocols are there too', async () => {
    await echoscu('KNOWN', 'OLDPACS');
    const peer = await ScriptedPeer.associate(
      node.dimsePort,
      associateRq({
        calledAeTitle: 'OCTRIAGE',
        callingAeTitle: 'KNOWN',
        presentationContexts: [
          { id: 1, abstractSyntax: '1.2.3.4.5', transferSyntaxes: ['1.2.840.10008.1.2'] },
        ],
      }),
    );
    peer.socket.destroy();
    await fetch(`http://127.0.0.1:${node.dimsePort}/`).catch(() => undefined);
    const said = await callers();
    expect(said).to.contain('add to OCTRIAGE_CALLED_AE_TITLES: OLDPACS');
    expect(said).to.match(/context refused: 1\.2\.3\.4\.5, abstractSyntaxNotSupported/);
    expect(said).to.contain('refused: 127.0.0.1: looks like HTTP');
  });

  it('R38: refusals survive kill -9', async () => {
    await node.kill();
    expect(await callers()).to.contain('refused: SPECTRALIS1');
    await node.start();
    expect(await callers()).to.contain('refused: SPECTRALIS1');
  });
});
