import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { npyBytes, writeNpy } from '../../fixtures/phantom/npy.js';

describe('A .npy file', () => {
  it('is written as the format says: magic, header padded to 64 bytes, data', () => {
    const bytes = Buffer.from(npyBytes(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3]));
    expect(bytes.subarray(0, 8).toString('latin1')).to.equal('\x93NUMPY\x01\x00');
    const start = 10 + bytes.readUInt16LE(8);
    expect(start % 64).to.equal(0);
    expect(bytes.subarray(10, start).toString('latin1')).to.match(
      /^\{'descr': '\|u1', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/,
    );
    expect([...bytes.subarray(start)]).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('refuses a shape that does not fit the data', () => {
    expect(() => npyBytes(new Float32Array(5), [2, 3])).to.throw(RangeError, '2 × 3');
  });

  it('is read by NumPy', function () {
    const folder = mkdtempSync(join(tmpdir(), 'npy-'));
    try {
      execFileSync('/usr/bin/python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    } catch {
      if (process.env['CI'] === 'true') throw new Error('CI needs python3-numpy.');
      this.skip();
    }
    try {
      const path = join(folder, 'a.npy');
      writeNpy(path, Float32Array.of(0.5, -1, 2, 8), [4]);
      const code = 'import numpy,sys; a=numpy.load(sys.argv[1]); print(a.dtype,a.shape,a.tolist())';
      const output = execFileSync('/usr/bin/python3', ['-c', code, path], { encoding: 'utf8' });
      expect(output.trim()).to.equal('float32 (4,) [0.5, -1.0, 2.0, 8.0]');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
