import { spawnSync } from 'node:child_process';

/** Lines of dcentvfy that are no inconsistency, each with its reason (dicom-objects.md §3.1). */
const ALLOWED: readonly { readonly message: RegExp; readonly because: string }[] = [
  {
    message:
      /^Warning - Different information entities for attribute - Element=<AccessionNumber> IE <(?:Series> versus <Study|Study> versus <Series)>/u,
    because:
      'The tool’s own tables put one attribute into two entities; the values are not at odds.',
  },
];

/** What dcentvfy says of a set of objects: attributes of patient, study, series or equipment that do not agree. */
export function unexplainedInconsistencies(files: readonly string[]): readonly string[] {
  const { stderr, stdout } = spawnSync('dcentvfy', files, { encoding: 'utf8' });
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '')
    .filter((line) => !ALLOWED.some(({ message }) => message.test(line)));
}
