/** Bytes. */
export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;

/** Milliseconds. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
