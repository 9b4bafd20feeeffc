import { expect } from 'chai';

import { buildResults } from '../src/results/build.js';
import { RESULT_KIND_NAMES, type ResultKind } from '../src/values/result-kinds.js';
import { Orthanc } from '../test/support/orthanc.js';
import { requireTool } from '../test/support/tools.js';
import { wholeInput } from '../test/support/whole-input.js';

/** What Orthanc 1.10 draws: it knows no picture of one bit a pixel or of floats, and a document or a report is none. */
const DRAWN: readonly ResultKind[] = ['label-map', 'disagreement-map', 'page-picture'];

describe('every kind of object in Orthanc', function () {
  this.timeout(60_000);
  let running: Orthanc | undefined;

  before(async function () {
    requireTool(this, 'Orthanc');
    running = await Orthanc.prepare();
    await running.start();
  });
  after(async () => {
    await running?.remove();
  });

  it('is taken, filed in the study, given back byte by byte, and drawn where it is a picture', async () => {
    const orthanc = running!;
    const { objects, defects } = buildResults(wholeInput({}), RESULT_KIND_NAMES);
    expect(defects).to.deep.equal([]);
    const drawn: ResultKind[] = [];
    const studies = new Set<string>();
    for (const { kind, bytes } of objects) {
      const { ID, ParentStudy, Status } = await orthanc.send<Record<string, string>>(
        'POST',
        '/instances',
        bytes,
      );
      expect(Status, kind).to.equal('Success');
      studies.add(ParentStudy!);
      expect(Buffer.from(await orthanc.file(ID!)).equals(bytes), kind).to.equal(true);
      const picture = await fetch(`${orthanc.address}/instances/${ID!}/preview`);
      if (picture.ok && picture.headers.get('content-type') === 'image/png') drawn.push(kind);
    }
    expect([...new Set(objects.map(({ kind }) => kind))]).to.have.members(RESULT_KIND_NAMES);
    expect(studies.size).to.equal(1);
    expect(drawn).to.include.members(DRAWN);
  });
});
