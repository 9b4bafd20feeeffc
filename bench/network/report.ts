import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const pageAt = (name: string) =>
  fileURLToPath(new URL(`../../docs/reference/${name}.md`, import.meta.url));

const HEAD = `# The network, beside its peers

Written by \`npm run bench -- ingest\` and \`npm run bench -- send\` (\`--quick\`, \`--only TEXT\`, \`--runs N\`, \`--tmpfs\` and
\`--disk FOLDER\`). All take turns within a round; ratios are of rates within a round, so that what else the machine does
hits both alike. Least / median / most. dcmtk runs with \`TCP_NODELAY=1\`, Orthanc without plug-ins.
`;

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function version(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8' }).split('\n')[0]!.trim();
  } catch {
    return `no ${program}`;
  }
}

/** Machine, date, versions and load: without them figures say nothing. */
export function conditions(runs: number, loadBefore: number): string {
  const load = `load ${loadBefore.toFixed(1)} before, ${loadavg()[0]!.toFixed(1)} after`;
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const versions = [
    `Node ${process.versions.node}`,
    version('storescp', '--version').replace(/^\$dcmtk: storescp (\S+).*$/, 'dcmtk $1'),
    version('Orthanc', '--version'),
  ].join(', ');
  // More than one busy process beside a measurement on each core, and times are of the machine, not of the program.
  const busy = loadBefore > 1 ? ' **The machine was busy: the ratios are rough.**' : '';
  return `${new Date().toISOString().slice(0, 10)}, ${machine}, ${load}, ${versions}. ${String(runs)} rounds.${busy}`;
}

/** Puts a part of the page anew and leaves the others. */
export function writeSection(
  name: string,
  content: string,
  { page = 'benchmarks', head = HEAD }: { readonly page?: string; readonly head?: string } = {},
): void {
  const path = pageAt(page);
  const old = existsSync(path) ? readFileSync(path, 'utf8') : head;
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const section = `${begin}\n\n${content.trim()}\n\n${end}`;
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  const written =
    from < 0 || to < 0
      ? `${old.trimEnd()}\n\n${section}\n`
      : old.slice(0, from) + section + old.slice(to + end.length);
  writeFileSync(path, written);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
