import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { run } from '../support/run.js';

const SILENCE = fileURLToPath(new URL('../../src/operations/silence.ts', import.meta.url));

/** What a process says that is silent and then does this. */
async function said(code: string) {
  const script = `import { silence } from ${JSON.stringify(SILENCE)}; silence(); ${code}`;
  return run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
}

describe('R36: what is not the log says nothing of a patient', function () {
  this.timeout(30_000);

  for (const [what, code] of Object.entries({
    'an uncaught error': "setTimeout(() => { throw new Error('Canary^Name'); });",
    'a rejection that nobody handles': "Promise.reject(new TypeError('Canary^Name'));",
    'an uncaught value': "setTimeout(() => { throw { patient: 'Canary^Name' }; });",
  })) {
    it(`${what} ends the process with a line of the log and without its text`, async () => {
      const { code: exit, stdout, stderr } = await said(code);
      expect(exit).to.equal(1);
      expect(stdout).to.contain('uncaught error: the process ends');
      expect(stdout + stderr).not.to.contain('Canary');
    });
  }

  it('a library that prints, and a warning, are logged without their text', async () => {
    const { code, stdout, stderr } = await said(
      "console.error('Canary^Name'); console.dir({ a: 'Canary^Name' }); process.emitWarning('Canary^Name', 'OddWarning');",
    );
    expect(code).to.equal(0);
    expect(stdout).to.contain('"detail":"console.error"').and.to.contain('console.dir');
    expect(stdout).to.contain('"code":"OddWarning"');
    expect(stdout + stderr).not.to.contain('Canary');
  });
});
