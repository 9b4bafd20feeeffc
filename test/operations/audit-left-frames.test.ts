import { expect } from 'chai';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaveFrame, takeLeftFrames } from '../../src/operations/audit/left-frames.js';
import { AuditSpool } from '../../src/operations/audit/spool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MIB = 1024 * 1024;
const frame = (text: string) => Buffer.from(`${text.length} ${text}`);

describe('operations: audit messages that commands leave for the node', () => {
  const folder = temporaryFolder();

  it('are taken into the spool once, in order', () => {
    const left = folder('left');
    const spool = new AuditSpool(folder('spool'), MIB);
    expect(takeLeftFrames(left, spool), 'nobody left anything').to.deep.equal([]);
    expect(leaveFrame(left, frame('one'), MIB)).to.equal(true);
    takeLeftFrames(left, spool);
    expect(leaveFrame(left, frame('two'), MIB)).to.equal(true);
    takeLeftFrames(left, spool);
    takeLeftFrames(left, spool);
    expect(readFileSync(spool.next()!.path, 'utf8')).to.equal('3 one3 two');
    expect(readdirSync(left)).to.deep.equal([]);
  });

  it('wait while the spool is full, and are not dropped', () => {
    const left = folder('waiting');
    const spool = new AuditSpool(folder('full'), 8);
    spool.add(frame('first'));
    leaveFrame(left, frame('later'), MIB);
    takeLeftFrames(left, spool);
    expect([readdirSync(left).length, spool.dropped]).to.deep.equal([1, 0]);
    spool.remove(spool.next()!);
    takeLeftFrames(left, spool);
    expect(readFileSync(spool.next()!.path, 'utf8')).to.equal('5 later');
  });

  it('are bounded', () => {
    const left = folder('bounded');
    expect(leaveFrame(left, frame('first'), 10)).to.equal(true);
    expect(leaveFrame(left, frame('second'), 10)).to.equal(false);
    expect(readdirSync(left)).to.have.length(1);
  });

  it('what is half written is let alone, what cannot be read is set aside', () => {
    const left = folder('odd');
    leaveFrame(left, frame('good'), MIB);
    mkdirSync(join(left, '0-half'));
    mkdirSync(join(left, '0-unreadable.frame'));
    const spool = new AuditSpool(folder('odd-spool'), MIB);
    expect(takeLeftFrames(left, spool)).to.deep.equal([join(left, '0-unreadable.aside')]);
    expect(readFileSync(spool.next()!.path, 'utf8')).to.equal('4 good');
    expect(readdirSync(left).sort()).to.deep.equal(['0-half', '0-unreadable.aside']);
  });
});
