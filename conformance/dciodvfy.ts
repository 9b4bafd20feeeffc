import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import type { ResultObject } from '../src/values/result-objects.js';
import { ALLOWED } from './allow-list.js';
import { shadowOf } from './shadow.js';

/** What dciodvfy says of an object and the allow-list does not explain: errors and warnings, line by line. */
export function unexplainedMessages(object: ResultObject, path: string): readonly string[] {
  writeFileSync(path, shadowOf(object));
  const { stderr, stdout } = spawnSync('dciodvfy', ['-new', path], { encoding: 'utf8' });
  const allowed = ALLOWED[object.sopClassUid] ?? [];
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => /^(Error|Warning|Abort)/u.test(line))
    .filter((line) => !allowed.some(({ message }) => message.test(line)));
}
