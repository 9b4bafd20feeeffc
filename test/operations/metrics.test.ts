import { expect } from 'chai';
import { Metrics } from '../../src/operations/metrics.js';

describe('operations: metrics', () => {
  it('a scrape without a sample of a gauge shows none of it, with labels and without', async () => {
    const metrics = new Metrics();
    const labels = { destination: 'PACS', state: 'pending' };
    const before = await metrics.text([
      { gauge: 'deliveries', labels, value: 3 },
      { gauge: 'workers', value: 2 },
    ]);
    expect(before)
      .to.match(/^octriage_deliveries\{/m)
      .and.match(/^octriage_workers 2/m);
    const after = await metrics.text([]);
    expect(after).to.not.match(/^octriage_(deliveries|workers)/m);
  });
});
