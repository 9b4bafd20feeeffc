import { expect } from 'chai';
import { readSettings } from '../../src/config/read-settings.js';
import { degradations } from '../../src/joints/degradations.js';
import {
  certificateReadiness,
  daysLeft,
  logCertificate,
} from '../../src/operations/certificate-expiry.js';
import { openTestArchive } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const inDays = (days: number, now = NOW): Date => new Date(now + days * 86_400_000);

describe('our certificate comes to its end', () => {
  const folder = temporaryFolder();

  it('R15: the node is ready until the last day, and says on which it ended', () => {
    expect(daysLeft(inDays(0.5), NOW)).to.equal(0);
    expect(certificateReadiness(inDays(0.5), NOW)).to.deep.equal({
      name: 'tls',
      ready: true,
      reason: 'our certificate is valid until 2026-11-24, 0 days left',
    });
    expect(certificateReadiness(inDays(-0.1), NOW)).to.deep.include({ ready: false });
    expect(certificateReadiness(inDays(-3), NOW).reason).to.contain('expired on 2026-11-20');
  });

  it('the log warns for 30 days, then it is an error', () => {
    const levels = [31, 29.9, 0.5, -1].map((days) => {
      const [line = ''] = logged(() => {
        logCertificate(inDays(days), NOW);
      });
      return (JSON.parse(line) as { level: string }).level;
    });
    expect(levels).to.deep.equal(['info', 'warn', 'warn', 'error']);
  });

  it('/readyz says degraded for 30 days', async () => {
    const data = folder('data');
    const archive = openTestArchive(data);
    const settings = readSettings({ OCTRIAGE_DATA_DIR: data, OCTRIAGE_MINIMUM_FREE_DISK: '0' });
    const degradedBy = async (validTo: Date | undefined): Promise<readonly string[]> =>
      (await degradations(settings, archive, () => validTo, [])()).map(({ name }) => name);
    try {
      expect(await degradedBy(inDays(10, Date.now()))).to.deep.equal(['certificate']);
      expect(await degradedBy(inDays(40, Date.now()))).to.deep.equal([]);
      expect(await degradedBy(undefined), 'there is none').to.deep.equal([]);
    } finally {
      await archive.close();
    }
  });
});

function logged(work: () => void): readonly string[] {
  const lines: string[] = [];
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = (chunk: string | Uint8Array) => lines.push(String(chunk)) > 0;
  try {
    work();
  } finally {
    stdout.write = write;
  }
  return lines;
}
