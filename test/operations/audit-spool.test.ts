import { expect } from 'chai';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditSpool } from '../../src/operations/audit/spool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MIB = 1024 * 1024;
const frame = (text: string) => Buffer.from(`${text.length} ${text}`);

describe('operations: the spool of audit messages', () => {
  const folder = temporaryFolder();

  it('keeps what was not sent over a restart, in order', () => {
    const path = folder('kept');
    const first = new AuditSpool(path, MIB);
    first.add(frame('one'));
    first.add(frame('two'));
    const again = new AuditSpool(path, MIB);
    again.add(frame('three'));
    expect(again.bytes).to.equal('3 one3 two5 three'.length);
    const sent: string[] = [];
    for (let next = again.next(); next; next = again.next()) {
      sent.push(readFileSync(next.path, 'utf8'));
      again.remove(next);
    }
    expect(sent.join('')).to.equal('3 one3 two5 three');
    expect(again.bytes).to.equal(0);
    expect(readdirSync(path)).to.have.length(0);
  });

  it('is bounded: what does not fit is dropped and counted, what was there stays (R38)', () => {
    const spool = new AuditSpool(folder('full'), 12);
    expect(spool.add(frame('first'))).to.equal(true);
    expect(spool.add(frame('second'))).to.equal(false);
    expect(spool.add(frame('third'))).to.equal(false);
    expect(spool.dropped).to.equal(2);
    expect(readFileSync(spool.next()!.path, 'utf8')).to.equal('5 first');
    spool.remove(spool.next()!);
    expect(spool.add(frame('again'))).to.equal(true);
    expect(spool.takeDropped()).to.equal(2);
    expect(spool.dropped).to.equal(0);
  });

  it('cuts off a frame that a power cut left unfinished', () => {
    const path = folder('torn');
    const spool = new AuditSpool(path, MIB);
    spool.add(frame('whole'));
    spool.add(frame('torn apart'));
    const { path: file, bytes } = spool.next()!;
    truncateSync(file, bytes - 4);
    writeFileSync(join(path, '000000000009.syslog'), 'nonsense');
    const again = new AuditSpool(path, MIB);
    expect(readFileSync(again.next()!.path, 'utf8')).to.equal('5 whole');
    expect(readdirSync(path)).to.have.length(1);
  });

  it('what is being sent gets nothing more', () => {
    const spool = new AuditSpool(folder('sealed'), MIB);
    spool.add(frame('one'));
    const sending = spool.next()!;
    spool.add(frame('two'));
    expect(readFileSync(sending.path, 'utf8')).to.equal('3 one');
    expect(readFileSync(spool.next(sending.path)!.path, 'utf8')).to.equal('3 two');
  });
});
