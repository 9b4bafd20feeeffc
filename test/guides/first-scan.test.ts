import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../fixtures/free-port.js';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { readReport } from '../../fixtures/demo/report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = `${ROOT}docs/guides/first-scan.md`;
const SECONDS = 100;

/** The shell blocks of the guide, one after the other, in one script as in one terminal. */
function blocksOf(page: string): readonly string[] {
  return [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Another value for a variable that the guide sets; every variable must be one that it sets. */
function withValue(script: string, variable: string, value: string): string {
  const line = new RegExp(`^export ${variable}=\\S+`, 'm');
  expect(script, `the guide sets ${variable}`).to.match(line);
  return script.replace(line, `export ${variable}=${value}`);
}

describe('docs/guides/first-scan.md, run as written but for its install block', function () {
  this.timeout((SECONDS + 10) * 1000);
  const folder = temporaryFolder();
  let output = '';

  before(function () {
    requireTool(this, 'storescu', 'storescp', 'echoscu', 'dsrdump');
  });

  it('with free ports and a folder of its own: a report arrives in the PACS, and nothing is left running', async () => {
    const [install, ...blocks] = blocksOf(readFileSync(GUIDE, 'utf8'));
    expect(install).to.equal('npm ci && npm run build\n');
    let script = blocks.join('\n');
    script = withValue(script, 'FOLDER', folder('first'));
    for (const port of ['PACS_PORT', 'OCTRIAGE_DIMSE_PORT', 'OCTRIAGE_HTTP_PORT']) {
      script = withValue(script, port, String(await freePort()));
    }
    const code = await inTerminal(script);
    expect(code, output).to.equal(0);

    const arrived = readdirSync(folder('first/pacs'));
    const report = arrived.find((name) => name.startsWith('SR'));
    expect(report, output).not.to.equal(undefined);
    const { decision } = await readReport(`${folder('first/pacs')}/${report!}`);
    expect(output, 'dsrdump shows what it decided').to.contain(decision);
  });

  it('every sentence about what is seen is true', () => {
    expect(output).to.contain('The configuration can be used.');
    expect(output).to.contain('PACS answered');
    expect(output).to.contain('[x] Result delivered').and.to.contain('[ ] PACS shows it');
    expect(output.match(/\[ \]/g), 'only the last step is open').to.have.length(1);
  });

  it('every page that it links is there', () => {
    for (const [, target = ''] of readFileSync(GUIDE, 'utf8').matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(existsSync(new URL(target, `file://${GUIDE}`)), target).to.equal(true);
    }
  });

  /** Runs it as bash would line by line, and ends what it started where it takes too long. */
  function inTerminal(script: string): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const bash = spawn('bash', ['-e', '-c', script], {
        cwd: ROOT,
        env: cleanEnvironment(),
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const late = setTimeout(() => {
        process.kill(-bash.pid!, 'SIGKILL');
        reject(new Error(`it did not end within ${SECONDS} s:\n${output}`));
      }, SECONDS * 1000);
      for (const stream of [bash.stdout, bash.stderr]) {
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      }
      bash.once('error', reject);
      // Not before everything that it started has ended too: the guide must leave nothing running.
      bash.once('close', (code) => {
        clearTimeout(late);
        resolve(code);
      });
    });
  }
});
