import { expect } from 'chai';
import { PNG } from 'pngjs';
import { greyPng } from '../../src/console/png.js';

describe('console: B-scans as PNG', () => {
  it("another's reader gets every pixel back", async () => {
    const rows = 37;
    const columns = 53;
    const pixels = Uint8Array.from({ length: rows * columns }, (_, i) => (i * 31) % 256);
    const { width, height, data } = PNG.sync.read(await greyPng(pixels, { rows, columns }));
    expect([height, width]).to.deep.equal([rows, columns]);
    expect(Uint8Array.from(pixels, (_, i) => data[4 * i]!)).to.deep.equal(pixels);
  });
});
