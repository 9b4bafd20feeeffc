/** Why one frame cannot be decoded, in words without patient data. Never leaves src/volume. */
export class FrameError extends Error {}
