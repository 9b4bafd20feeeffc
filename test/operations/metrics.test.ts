import { expect } from 'chai';
import { Metrics } from '../../src/operations/metrics.js';

describe('operations: metrics', () => {
  it('a scrape without a sample of a gauge shows none of it, with labels and without', async () => {
    const metrics = new Metrics();
    await metrics.text([
      { gauge: 'deliveries', labels: { destination: 'PACS', state: 'pending' }, value: 3 },
      { gauge: 'workers', value: 2 },
    ]);
    const text = await metrics.text([]);
    expect(text.split('\n').filter((line) => !line.startsWith('#') && line !== '')).to.deep.equal(
      [],
    );
  });
});
