import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { run } from '../support/run.js';

const FUZZ = fileURLToPath(new URL('fuzz.ts', import.meta.url));
const INPUTS = 100_000;
const SEED = 20_261_123;

describe('R37: fuzz', () => {
  // A process of its own: its peak memory is that of the inputs alone.
  it(`${INPUTS} damaged PDU streams and data sets: no crash, no hang, no growth`, async () => {
    const options = ['--inputs', String(INPUTS), '--seed', String(SEED)];
    const { code, stderr } = await run(process.execPath, ['--import', 'tsx', FUZZ, ...options]);
    expect(code, stderr).to.equal(0);
  }).timeout(300_000);
});
