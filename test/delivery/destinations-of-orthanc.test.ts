import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { qidoHeld } from '../../src/delivery/web/qido.js';
import { stow } from '../../src/delivery/web/stow.js';
import type { WebPeer } from '../../src/delivery/web/web-request.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { findInstances } from '../../src/dimse/find.js';
import { optDataSet } from '../archive/objects.js';
import { encodePart10 } from '../../src/dicom/part10.js';
import { Orthanc } from '../support/orthanc.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';
import { freePort } from '../../fixtures/free-port.js';

/** Debian's orthanc-dicomweb. */
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

describe('delivery: Orthanc as destination', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let orthanc: Orthanc;
  before(async function () {
    requireTool(this, 'Orthanc');
    orthanc = await Orthanc.prepare({
      Plugins: [PLUGIN],
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
      AuthenticationEnabled: true,
      RegisteredUsers: { octriage: 'secret of the test' },
      DicomAlwaysAllowFind: true,
    });
    await orthanc.start({ user: 'octriage', password: 'secret of the test' });
  });
  after(() => (orthanc as Orthanc | undefined)?.remove());

  const peer = (passwordFile: string, password: string, path = '/dicom-web'): WebPeer => {
    writeFileSync(passwordFile, `${password}\n`);
    return {
      service: {
        url: `http://127.0.0.1:${orthanc.httpPort}${path}`,
        authentication: { user: 'octriage', passwordFile },
      },
      credentials: {},
      timeouts: { connect: 5000, idle: 20_000 },
    };
  };
  const right = () => peer(folder('right.txt'), 'secret of the test');

  /** A small OPT object on disk, as delivery has it. */
  function object(name: string) {
    const dataSet = optDataSet(name, 7, {
      PatientID: 'P1',
      StudyInstanceUID: deterministicUid('stow study'),
      SeriesInstanceUID: deterministicUid('stow series', name),
    });
    const path = `${folder(name)}.dcm`;
    writeFileSync(path, encodePart10(dataSet));
    return {
      path,
      sopClassUid: dataSet.text('SOPClassUID')!,
      sopInstanceUid: dataSet.text('SOPInstanceUID')!,
      seriesInstanceUid: dataSet.text('SeriesInstanceUID')!,
      studyInstanceUid: dataSet.text('StudyInstanceUID')!,
    };
  }

  it('STOW-RS stores several objects by one request, and again the same', async () => {
    const objects = [object('one'), object('two')];
    const stored = { kind: 'answered', status: 0 };
    expect(await stow(right(), objects)).to.deep.equal([stored, stored]);
    expect(await stow(right(), objects)).to.deep.equal([stored, stored]);
    const found = await qidoHeld(right(), objects);
    expect([...found].sort()).to.deep.equal(objects.map((one) => one.sopInstanceUid).sort());
  });

  it('keeps a partial success: what is no DICOM fails alone', async () => {
    const good = object('good');
    const bad = { ...object('bad'), path: `${folder('garbage')}.dcm` };
    writeFileSync(bad.path, 'no DICOM');
    const [first, second] = await stow(right(), [good, bad]);
    expect(first).to.deep.equal({ kind: 'answered', status: 0 });
    expect(second?.kind === 'answered' ? second.status : second?.failure).to.not.equal(0);
    expect(await qidoHeld(right(), [good, bad])).to.deep.equal(new Set([good.sopInstanceUid]));
  });

  it('a wrong password is transient, and is in no message', async () => {
    const wrong = peer(folder('wrong.txt'), 'not the secret');
    const [outcome] = await stow(wrong, [object('locked out')]);
    expect(outcome).to.include({ code: 'OCT_STOW_CREDENTIALS', failure: 'transient' });
    expect(JSON.stringify(outcome)).to.not.contain('not the secret');
  });

  it('nobody there is transient', async () => {
    const { service, ...rest } = right();
    const nobody = {
      ...rest,
      service: { ...service, url: `http://127.0.0.1:${await freePort()}` },
    };
    const [outcome] = await stow(nobody, [object('nobody')]);
    expect(outcome).to.include({ code: 'OCT_STOW_UNREACHABLE', failure: 'transient' });
  });

  it('C-FIND says which instances it holds', async () => {
    const held = object('find');
    await stow(right(), [held]);
    const answer = await findInstances(
      {
        host: '127.0.0.1',
        port: orthanc.dicomPort,
        calledAeTitle: Orthanc.aeTitle,
        callingAeTitle: 'OCTRIAGE',
      },
      [held, object('never sent'), { ...held, seriesInstanceUid: '1.2.3' }],
    );
    expect(answer).to.deep.equal(new Set([held.sopInstanceUid]));
  });
});
