import { spawnSync } from 'node:child_process';

/** Lines of dcentvfy that are no inconsistency, each with its reason (dicom-objects.md §3.1). */
const ALLOWED: readonly { readonly message: RegExp; readonly because: string }[] = [];

/** What dcentvfy says of a set of objects: attributes of patient, study, series or equipment that do not agree. */
export function unexplainedInconsistencies(files: readonly string[]): readonly string[] {
  const { stderr, stdout } = spawnSync('dcentvfy', files, { encoding: 'utf8' });
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '')
    .filter((line) => !ALLOWED.some(({ message }) => message.test(line)));
}
