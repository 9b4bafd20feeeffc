/**
 * A worker without networks that speaks the protocol (src/workers/protocol.ts). What it does with a scan stands in the
 * acquisition's id: a script of words, one an attempt, the last for all that follow; lives are counted in a file.
 */
import { appendFileSync, readFileSync } from 'node:fs';

const settings = JSON.parse(process.argv[2]);
const tell = (message) => process.send(message);
const lines = (name) => {
  try {
    return readFileSync(`${settings.modelsFolder}/${name}`, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
};
const lost = lines('lost-providers');
const provider = settings.executionProviders.find((one) => !lost.includes(one));

const ACTS = {
  read: (about) =>
    tell({ ...about, kind: 'read', decision: { kind: 'not-assessed', reasons: [] }, results: [] }),
  abort: () => process.abort(),
  exit: () => process.exit(3),
  hang: () => {
    for (;;);
  },
  forever: (about) => {
    // Alive, and never done.
    tell({ ...about, kind: 'progress', percent: 15, stage: 'inference' });
  },
  memory: () => {
    const taken = [];
    setInterval(() => taken.push(Buffer.alloc(32 * 1024 * 1024, 1)), 5);
  },
  fail: (about) => tell({ ...about, kind: 'failed', code: 'OCT_UNEXPECTED', reason: 'as told' }),
  lose: (about) => {
    appendFileSync(`${settings.modelsFolder}/lost-providers`, `${provider}\n`);
    tell({ ...about, kind: 'failed', code: 'OCT_PROVIDER_LOST', reason: `${provider} is gone` });
  },
};

setInterval(() => tell({ kind: 'alive', residentBytes: process.memoryUsage.rss() }), 50);
process.on('disconnect', () => process.exit());
process.on('message', (request) => {
  if (request.kind === 'golden-scan') {
    const deviation = lines('deviation')[0];
    tell({ kind: 'golden-scan', milliseconds: 1, deviation });
    return;
  }
  const { workitemUid, acquisition } = request;
  const script = acquisition.id.split(' ');
  const before = lines(`attempts-${workitemUid}`).length;
  appendFileSync(`${settings.modelsFolder}/attempts-${workitemUid}`, 'one\n');
  ACTS[script[Math.min(before, script.length - 1)]]({ workitemUid });
});
if (provider === undefined) {
  tell({ kind: 'unfit', code: 'OCT_MODEL_NOT_LOADABLE', reason: 'no provider works' });
  process.exitCode = 1;
  process.disconnect();
} else {
  tell({
    kind: 'ready',
    executionProvider: provider,
    modelSet: 'fake 1',
    passedOver: [],
    dropped: [],
    bscansPerSecond: provider === 'cpu' ? 10 : 100,
  });
}
