import { expect } from 'chai';
import { randomUid } from '../../src/dicom/uid.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { WORKITEM_CODE } from '../../src/values/procedure-step.js';
import { resultObject, scheduleScan } from '../archive/objects.js';
import { python } from '../support/pydicom.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';
import { startService, type TestService } from './service.js';
import { asked, claimOf, item, PERFORMED, requestFor, textAt } from './steps.js';

const LEASE = 60_000;

describe('UPS-RS: worklist', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let service: TestService;

  before(async () => {
    service = await startService(folder('data'));
  });
  after(async () => {
    await service.stop();
    expect(service.errors).to.deep.equal([]);
  });
  const ask = (method: string, path: string, body?: object, headers = {}) =>
    asked(`${service.url}${path}`, method, body, headers);
  const instance = (name: string) => deterministicUid('test instance', name);
  const stateOf = async (uid: string) =>
    textAt((await ask('GET', `/workitems/${uid}`)).json?.[0], '00741000');

  it('a scan to be read is a step; pydicom reads its state, inputs, progress and, once read, its outputs', async function () {
    requireTool(this, 'python3-pydicom');
    const uid = await scheduleScan(service.archive, 'own');
    const [before] = (await ask('GET', `/workitems/${uid}`)).json!;
    expect(textAt(before, '00741000')).to.equal('SCHEDULED');
    expect(before).not.to.have.property('00081195');
    const claim = (await service.archive.workitems.claim({ owner: 'worker', leaseMs: LEASE }))!;
    await service.archive.workitems.heartbeat(claim, LEASE, {
      percent: 40,
      description: 'inference',
    });
    const [running] = (await ask('GET', `/workitems/${uid}`)).json!;
    const result = await service.archive.results.admit(resultObject('own'));
    await service.archive.workitems.complete(claim, { results: [result], destinations: [] });
    const [done] = (await ask('GET', `/workitems/${uid}`)).json!;
    const read = python(
      `import json, sys
from pydicom.dataset import Dataset
out = []
for text in json.loads(sys.argv[1]):
    d = Dataset.from_json(json.dumps(text))
    p = d.UnifiedProcedureStepPerformedProcedureSequence
    out.append([d.ProcedureStepState, d.PatientName.family_name, d.InputInformationSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID,
      [float(i.ProcedureStepProgress) for i in d.ProcedureStepProgressInformationSequence],
      [r.ReferencedSOPInstanceUID for i in p for o in i.OutputInformationSequence for r in o.ReferencedSOPSequence],
      [o.StudyInstanceUID == d.StudyInstanceUID for i in p for o in i.OutputInformationSequence]])
print(json.dumps(out))`,
      JSON.stringify([running, done]),
    );
    expect(read).to.deep.equal([
      ['IN PROGRESS', 'Canary', instance('own'), [40], [], []],
      ['COMPLETED', 'Canary', instance('own'), [100], [result.sopInstanceUid], [true]],
    ]);
  });

  it('curl asks for a stored scan to be read again: its next revision, by the UID that was given', async function () {
    requireTool(this, 'curl');
    await scheduleScan(service.archive, 'again');
    const uid = randomUid();
    const { stdout } = await run('curl', [
      ...['-s', '-i', '-X', 'POST', '-H', 'Content-Type: application/dicom+json'],
      ...['-d', JSON.stringify([requestFor([instance('again')], { '00741200': 'HIGH' })])],
      `${service.url}/workitems?${uid}`,
    ]);
    expect(stdout).to.match(/^HTTP\/1.1 201 /);
    expect(stdout).to.include(`Content-Location: ${service.url}/workitems/${uid}`);
    const [json] = (await ask('GET', `/workitems/${uid}`)).json!;
    expect(textAt(json, '00741000')).to.equal('SCHEDULED');
    expect(textAt(json, '00741200')).to.equal('HIGH');
    expect(textAt(json, '00741202')).to.equal('WARD 3');
    const claim = (await service.archive.workitems.claim({ owner: 'worker', leaseMs: LEASE }))!;
    expect(claim.workitemUid).to.equal(uid);
    expect(claim.acquisition.revision).to.equal(2);
    await service.archive.workitems.complete(claim, { results: [], destinations: [] });
    const again = await ask('POST', `/workitems?${uid}`, requestFor([instance('again')]));
    expect(again.status).to.equal(409);
  });

  const bad: readonly [string, () => object][] = [
    ['an object that is not here', () => requestFor([randomUid()])],
    ['no object', () => requestFor([])],
    ['another code', () => requestFor([instance('own')], {}, 'OTHER')],
    [
      'a state other than SCHEDULED',
      () => requestFor([instance('own')], { '00741000': 'IN PROGRESS' }),
    ],
    ['another patient', () => requestFor([instance('own')], { '0020000D': '1.2.3' })],
    ['instances of two scans', () => requestFor([instance('own'), instance('again')])],
    ['what is no data set', () => [1, 2]],
  ];
  for (const [what, body] of bad)
    it(`400 for ${what}`, async () => {
      expect((await ask('POST', '/workitems', body())).status).to.equal(400);
    });

  it('says what of a request is not supported, and 415 for what is not JSON', async () => {
    await scheduleScan(service.archive, 'extra');
    const body = requestFor([instance('extra')], { '00321060': 'something' });
    const { status, warning } = await ask('POST', '/workitems', body);
    expect([status, warning]).to.deep.equal([
      201,
      `299 ${service.url}: Requested optional Attributes are not supported.`,
    ]);
    const xml = { 'Content-Type': 'application/dicom+xml' };
    expect((await ask('POST', '/workitems', body, xml)).status).to.equal(415);
  });

  it('another performer claims a step, tells of its progress and completes it; our workers leave it alone', async () => {
    const uid = await scheduleScan(service.archive, 'other');
    const path = `/workitems/${uid}`;
    const lock = randomUid();
    expect((await ask('PUT', `${path}/state`, claimOf('IN PROGRESS', lock))).status).to.equal(200);
    for (;;) {
      const claim = await service.archive.workitems.claim({ owner: 'worker', leaseMs: LEASE });
      if (claim === undefined) break;
      expect(claim.workitemUid).not.to.equal(uid);
      await service.archive.workitems.complete(claim, { results: [], destinations: [] });
    }
    expect(await service.archive.workitems.releaseAllLeases()).to.equal(0);
    const progress = { '00741002': item('SQ', { '00741004': { vr: 'DS', Value: [55] } }) };
    expect((await ask('POST', path, progress)).status).to.equal(400);
    expect((await ask('POST', `${path}?${randomUid()}`, progress)).status).to.equal(400);
    expect((await ask('POST', `${path}?transaction-uid=${lock}`, progress)).status).to.equal(200);
    const unmet = await ask('PUT', `${path}/state`, claimOf('COMPLETED', lock));
    expect(unmet.status).to.equal(409);
    const done = { ...PERFORMED, '00081195': { vr: 'UI', Value: [lock] } };
    expect((await ask('POST', path, done)).status).to.equal(200);
    expect((await ask('PUT', `${path}/state`, claimOf('COMPLETED', lock))).status).to.equal(200);
    const [json] = (await ask('GET', path)).json!;
    expect(textAt(json, '00741000')).to.equal('COMPLETED');
    expect(JSON.stringify(json)).to.include('OTHER STATION').and.not.include(lock);
  });

  it('refuses what the state does not allow, by the tables of 11.6 and 11.7', async () => {
    const uid = await scheduleScan(service.archive, 'rules');
    const path = `/workitems/${uid}/state`;
    const lock = randomUid();
    const texts = {
      missing: 'The Transaction UID is missing.',
      incorrect: 'The Transaction UID is incorrect.',
      state: 'The submitted request is inconsistent with the state of the UPS Instance.',
      canceled: 'The UPS is already in the requested state of CANCELED.',
    };
    const steps: readonly [string, string | undefined, number, string?][] = [
      ['COMPLETED', lock, 409, texts.state],
      ['CANCELED', lock, 409, texts.state],
      ['SCHEDULED', lock, 409, texts.state],
      ['IN PROGRESS', undefined, 400, texts.missing],
      ['NOTHING', lock, 400],
      ['IN PROGRESS', lock, 200],
      ['IN PROGRESS', randomUid(), 409, texts.state],
      ['CANCELED', randomUid(), 400, texts.incorrect],
      ['CANCELED', lock, 200],
      ['CANCELED', lock, 200, texts.canceled],
      ['COMPLETED', lock, 409, texts.state],
      ['IN PROGRESS', lock, 409, texts.state],
    ];
    for (const [state, transaction, status, text] of steps) {
      const answer = await ask('PUT', path, claimOf(state, transaction));
      expect([state, answer.status, answer.warning]).to.deep.equal([
        state,
        status,
        text === undefined ? null : `299 ${service.url}: ${text}`,
      ]);
    }
    expect((await ask('POST', `/workitems/${uid}`, PERFORMED)).status).to.equal(400);
    expect(
      (await ask('PUT', '/workitems/1.2.3/state', claimOf('IN PROGRESS', lock))).status,
    ).to.equal(404);
    expect((await ask('GET', '/workitems/1.2.3')).status).to.equal(404);
  });

  it('ends a step on request: waiting or in our hands; not one that is completed, nor another performer’s', async () => {
    const waiting = await scheduleScan(service.archive, 'waiting');
    expect((await ask('POST', `/workitems/${waiting}/cancelrequest`)).status).to.equal(202);
    expect(await stateOf(waiting)).to.equal('CANCELED');
    const again = await ask('POST', `/workitems/${waiting}/cancelrequest`);
    expect(again.status).to.equal(202);
    expect(again.warning).to.include('already in the requested state of CANCELED');

    const mine = await scheduleScan(service.archive, 'mine');
    const claim = (await service.archive.workitems.claim({ owner: 'worker', leaseMs: LEASE }))!;
    expect(claim.workitemUid).to.equal(mine);
    const why = { '00741238': { vr: 'LT', Value: ['not needed'] } };
    expect((await ask('POST', `/workitems/${mine}/cancelrequest`, why)).status).to.equal(202);
    expect(await stateOf(mine)).to.equal('CANCELED');

    const theirs = await scheduleScan(service.archive, 'theirs');
    await ask('PUT', `/workitems/${theirs}/state`, claimOf('IN PROGRESS', randomUid()));
    const refused = await ask('POST', `/workitems/${theirs}/cancelrequest`);
    expect(refused.status).to.equal(409);
    expect(refused.warning).to.include('The performer cannot be contacted.');
    expect(await stateOf(theirs)).to.equal('IN PROGRESS');
    const ended = await ask('GET', '/workitems?ProcedureStepState=COMPLETED&limit=1');
    const done = textAt(ended.json?.[0], '00080018');
    const late = await ask('POST', `/workitems/${done}/cancelrequest`);
    expect([late.status, late.warning]).to.deep.equal([
      409,
      `299 ${service.url}: The UPS is already COMPLETED.`,
    ]);
  });

  it('an attempt of ours that failed is still IN PROGRESS: a step never becomes SCHEDULED again', async () => {
    const uid = await scheduleScan(service.archive, 'retry');
    const claim = (await service.archive.workitems.claim({ owner: 'worker', leaseMs: LEASE }))!;
    await service.archive.workitems.fail(claim, 'out of memory');
    expect((await service.archive.workitemView.find(uid))?.state).to.equal('SCHEDULED');
    expect(await stateOf(uid)).to.equal('IN PROGRESS');
    const taken = await ask('PUT', `/workitems/${uid}/state`, claimOf('IN PROGRESS', randomUid()));
    expect(taken.status).to.equal(409);
    await service.archive.workitems.cancel(uid, 'end of test');
  });

  it('searches by attributes, also within sequences, by range and wildcard, and pages', async () => {
    const count = async (query: string) =>
      (await ask('GET', `/workitems?${query}`)).json?.length ?? 0;
    const all = await count('limit=1000');
    expect(all).to.be.at.least(8);
    const code = `ScheduledWorkitemCodeSequence.CodeValue=${WORKITEM_CODE.value}`;
    expect(await count(code)).to.equal(all);
    expect(await count('00404018.00080100=OTHER')).to.equal(0);
    expect(await count('PatientName=canary*&limit=1000')).to.equal(all);
    expect(await count('ScheduledProcedureStepStartDateTime=20200101-')).to.equal(all);
    expect(await count('ScheduledProcedureStepStartDateTime=-20200101')).to.equal(0);
    expect(await count('WorklistLabel=WARD?3')).to.be.at.least(1);
    const states = await Promise.all(
      ['SCHEDULED', 'IN PROGRESS', 'COMPLETED', 'CANCELED'].map((state) =>
        count(`ProcedureStepState=${encodeURIComponent(state)}`),
      ),
    );
    expect(states.reduce((a, b) => a + b)).to.equal(all);
    const page = await ask('GET', '/workitems?limit=3&offset=2');
    expect(page.json).to.have.length(3);
    expect(page.warning).to.include('additional results');
    expect((await ask('GET', '/workitems?Nonsense=1')).status).to.equal(400);
    expect((await ask('GET', '/workitems?WorklistLabel=none')).status).to.equal(204);
  });
});
