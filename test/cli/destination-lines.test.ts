import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { destinationLines } from '../../src/cli/destination-lines.js';
import { ConfigError } from '../../src/config/problem.js';
import { readSettings } from '../../src/config/read-settings.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('octriage check: destinations in words', () => {
  const folder = temporaryFolder();
  const at = { aeTitle: 'PACS', host: 'pacs', port: 104 };
  function settings(...destinations: object[]) {
    const path = folder('tables.json');
    const aeAddresses = [{ ...at, aeTitle: 'SCANNER1' }];
    writeFileSync(path, JSON.stringify({ destinations, aeAddresses }));
    return readSettings({ OCTRIAGE_TABLES: path });
  }

  it('says what goes where, when, and what instead', () => {
    const lines = destinationLines(
      settings(
        { name: 'PACS', ...at, fallbacks: { report: 'enhanced-report' }, verify: 'query' },
        { name: 'ALERTS', ...at, when: [{ decisions: ['urgent'] }, { devices: ['x'] }] },
        { name: 'WEB', url: 'https://pacs.example/dicom-web', hours: ['20:00-06:00'] },
        { name: 'BACK', toSender: true, commitment: 'another-association' },
      ),
    );
    expect(lines).to.deep.equal([
      'Destination PACS = PACS@pacs:104 (segmentation, report)',
      '  enhanced-report where it does not take report',
      '  asked whether it holds what it got',
      'Destination ALERTS = PACS@pacs:104 (segmentation, report)',
      '  when decision urgent',
      '  or when device x',
      'Destination WEB = https://pacs.example/dicom-web (segmentation, report)',
      '  between 20:00-06:00',
      'Destination BACK@SCANNER1 = SCANNER1@pacs:104 (segmentation, report)',
      '  the results of what SCANNER1 sent',
      'Warning: BACK@SCANNER1 may not come in with its reports of storage commitment; add SCANNER1 to OCTRIAGE_CALLERS',
    ]);
  });

  const wrong: Readonly<Record<string, readonly [object, RegExp]>> = {
    'a rule without a condition': [{ ...at, when: [{}] }, /when\.0: a rule has at least one/],
    'a rule on the patient': [
      { ...at, when: [{ attributes: { PatientName: 'x' } }] },
      /when\.0\.attributes/,
    ],
    'a fallback to itself': [{ ...at, fallbacks: { report: 'report' } }, /no fallback for itself/],
    'a secret in a URL': [{ url: 'https://user:secret@pacs/dicom-web' }, /without user/],
    'a web service in the clear': [{ url: 'http://pacs/dicom-web' }, /https:\/\//],
    'hours that are none': [{ ...at, hours: ['8-17'] }, /HH:MM-HH:MM/],
    'commitment of a web service': [
      { url: 'https://pacs/dicom-web', commitment: 'same-association' },
      /commitment/,
    ],
  };
  for (const [what, [row, says]] of Object.entries(wrong)) {
    it(`refuses ${what}`, () => {
      expect(() => settings({ name: 'X', ...row })).to.throw(ConfigError, says);
    });
  }
});
