import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, NodeProcess } from '../../fixtures/node-process.js';
import { annexN } from '../../src/conformance/annex-n.js';
import { differences } from '../../src/conformance/compare.js';
import { toHtml, toMarkdown, type Block } from '../../src/conformance/document.js';
import { shippedIods } from '../../src/conformance/iods.js';
import { conformanceStatement, type Statement } from '../../src/conformance/statement.js';
import { readSettings } from '../../src/config/read-settings.js';
import { Requestor } from '../../src/dimse/requestor.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const statementOf = (environment: Readonly<Record<string, string>> = {}): Statement =>
  conformanceStatement(readSettings(environment), shippedIods());

/** PS3.8 9.3.2: presentation contexts of one association. */
const MOST_CONTEXTS = 128;

describe('the conformance statement', function () {
  this.timeout(180_000);
  const path = temporaryFolder();

  it('says of the running node which SOP classes and transfer syntaxes it accepts', async () => {
    const { sopClasses, transferSyntaxes } = statementOf();
    const node = await NodeProcess.prepare({ OCTRIAGE_WORKERS: '0' });
    try {
      await node.start();
      const peer = {
        host: '127.0.0.1',
        port: node.dimsePort,
        calledAeTitle: NodeProcess.aeTitle,
        callingAeTitle: 'SCANNER',
      };
      const unknown = '1.2.840.10008.5.1.4.1.1.2'; // CT Image Storage
      const mpeg = '1.2.840.10008.1.2.4.102';
      const pairs = [...sopClasses.map(({ uid }) => uid), unknown].flatMap((sopClassUid) =>
        [...transferSyntaxes.accepted.map(({ uid }) => uid), mpeg].map((transferSyntaxUid) => ({
          sopClassUid,
          transferSyntaxUid,
        })),
      );
      const accepted = new Set<string>();
      for (let at = 0; at < pairs.length; at += MOST_CONTEXTS) {
        const proposed = pairs.slice(at, at + MOST_CONTEXTS);
        const association = await Requestor.open(peer, proposed, {});
        for (const pair of proposed) {
          if (association.acceptedContext(pair)) accepted.add(Object.values(pair).join());
        }
        await association.release();
      }
      const commitment = '1.2.840.10008.1.20.1';
      const stated = sopClasses.flatMap(({ uid }) =>
        (uid === commitment ? transferSyntaxes.ofMessages : transferSyntaxes.accepted).map(
          (syntax) => `${uid},${syntax.uid}`,
        ),
      );
      expect([...accepted]).to.have.members(stated);
    } finally {
      await node.remove();
    }
  });

  it('holds what is configured', () => {
    const text = toMarkdown(
      annexN(
        statementOf({
          OCTRIAGE_AE_TITLE: 'OUR_NODE',
          OCTRIAGE_CALLERS: 'SPECTRALIS1@10.1.2.0/24',
          OCTRIAGE_DESTINATIONS: 'PACS=ORTHANC@10.1.2.3:4242?commitment=same-association',
          OCTRIAGE_IDLE_TIMEOUT_MS: '123456',
          OCTRIAGE_TLS_CERTIFICATE: 'node.pem',
          OCTRIAGE_TLS_KEY: 'node.key',
        }),
      ),
    );
    expect(text).to.contain('One Application Entity, OUR_NODE,');
    expect(text).to.contain('| SPECTRALIS1 | 10.1.2.0/24 |');
    expect(text).to.contain('| PACS | ORTHANC@10.1.2.3:4242 | same-association |');
    expect(text).to.contain('| idle | 123456 |');
    expect(text).to.contain('listened for on port 2762');
  });

  it('compared with another one names where they differ, and nothing else', () => {
    const ours = statementOf();
    const theirs = statementOf({ OCTRIAGE_MAX_PDU_LENGTH: '16384', OCTRIAGE_CALLERS: 'A' });
    expect(differences(ours, JSON.parse(JSON.stringify(ours)))).to.deep.equal([]);
    expect(differences(ours, theirs)).to.deep.equal([
      'applicationEntity.maximumPduLength: 131072 | 16384',
      'applicationEntity.callers.0: absent | {"aeTitle":"A","from":"anywhere"}',
    ]);
  });

  it('Markdown and HTML hold the same tables, and no text becomes markup', () => {
    const blocks: Block[] = [
      { heading: 'A & B', level: 2 },
      { columns: ['a'], rows: [['<script>x|y</script>']] },
    ];
    expect(toMarkdown(blocks)).to.equal(
      '## A & B\n\n| a |\n| --- |\n| &lt;script>x\\|y&lt;/script> |\n',
    );
    const html = toHtml('t', blocks);
    expect(html)
      .to.contain('<h2>A &amp; B</h2>')
      .and.to.contain('<td>&lt;script&gt;x|y&lt;/script&gt;</td>');
    const whole = annexN(statementOf());
    const rows = whole.flatMap((block) => ('rows' in block ? block.rows : []));
    expect(toHtml('t', whole).match(/<tr><td/g)).to.have.length(rows.length);
  });

  it('octriage conformance writes three files, and compares', async () => {
    const octriage = (
      args: readonly string[],
      environment: Readonly<Record<string, string>> = {},
    ) =>
      run(process.execPath, [MAIN, 'conformance', ...args], {
        cwd: path(''),
        env: { ...cleanEnvironment(), ...environment },
      });
    const written = await octriage([], { OCTRIAGE_AE_TITLE: 'HERE' });
    expect(written.code, written.stderr).to.equal(0);
    const files = ['statement.md', 'statement.html', 'statement.json'];
    expect(written.stdout.trim().split('\n')).to.deep.equal(
      files.map((name) => join('conformance', name)),
    );
    const json = path('conformance/statement.json');
    expect(JSON.parse(readFileSync(json, 'utf8'))).to.have.nested.property(
      'applicationEntity.aeTitle',
      'HERE',
    );
    const other = await octriage(['--compare', json]);
    expect(other.code).to.equal(1);
    expect(other.stdout).to.contain('applicationEntity.aeTitle: "OCTRIAGE" | "HERE"');
    expect((await octriage(['--compare', json], { OCTRIAGE_AE_TITLE: 'HERE' })).code).to.equal(0);
    expect((await octriage(['--compare', 'nowhere'])).code).to.equal(2);
  });
});
