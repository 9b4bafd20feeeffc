import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks a second of /proc (sysconf(_SC_CLK_TCK): 100 on every Linux that Node runs on). */
const TICKS = 100;

/** Seconds of CPU that a process and its ended children have used (Linux). */
export function cpuSeconds(pid: number): number {
  // The name, in parentheses, may hold blanks; the fields after it are numbered from 3.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS;
}

/** Resident memory of a process in MB (10^6 bytes): now, and the most since `resetPeak`. */
export function residentMegabytes(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const field = (name: string) =>
    (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024) / 1e6;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

/** Begins the measurement of the peak anew (proc(5), clear_refs). */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
