/**
 * By how many standard deviations the ranks of `b` among both differ from those of `a` (Wilcoxon's rank sum with the
 * correction for ties): above 0 where `b` is larger. It asks nothing of how the values are spread. 0 where all are equal.
 */
export function rankShift(a: readonly number[], b: readonly number[]): number {
  const all = [
    ...a.map((value) => ({ value, ofB: false })),
    ...b.map((value) => ({ value, ofB: true })),
  ].sort((one, other) => one.value - other.value);
  const n = all.length;
  let rankSum = 0;
  let ties = 0;
  for (let i = 0; i < n;) {
    let end = i;
    while (end < n && all[end]!.value === all[i]!.value) end++;
    const size = end - i;
    const rank = (i + 1 + end) / 2;
    ties += size ** 3 - size;
    for (; i < end; i++) if (all[i]!.ofB) rankSum += rank;
  }
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  return variance <= 0 ? 0 : (rankSum - (b.length * (n + 1)) / 2) / Math.sqrt(variance);
}

const logFactorials = [0];
function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) {
    logFactorials.push(logFactorials[i - 1]! + Math.log(i));
  }
  return logFactorials[n]!;
}
function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Fisher's exact test, two-sided: how probable are shares as unlike as `a` of `ofA` and `b` of `ofB`, if they are one? */
export function exactShift(a: number, ofA: number, b: number, ofB: number): number {
  const cases = a + b;
  const log = (inB: number) =>
    logChoose(ofA, cases - inB) + logChoose(ofB, inB) - logChoose(ofA + ofB, cases);
  const observed = log(b);
  let p = 0;
  for (let inB = Math.max(0, cases - ofA); inB <= Math.min(cases, ofB); inB++) {
    if (log(inB) <= observed + 1e-9) p += Math.exp(log(inB));
  }
  return Math.min(1, p);
}

/** How probable are `count` or more of `of`, where each is one with this probability? */
export function atLeast(count: number, of: number, probability: number): number {
  let p = 0;
  for (let k = count; k <= of; k++) {
    p += Math.exp(
      logChoose(of, k) + k * Math.log(probability) + (of - k) * Math.log1p(-probability),
    );
  }
  return Math.min(1, p);
}
