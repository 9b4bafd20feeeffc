import { z } from 'zod';

/** Referral error of a device in training, and in a training that never saw it. */
export interface LeftOutDevice {
  readonly device: string;
  readonly eyes: number;
  readonly seen: number;
  readonly unseen: number;
}

/** As models/training/device/run.sh writes it: `without-none` and one for each device that was left out. */
const measuredSchema = z.record(
  z.string(),
  z.object({
    heldOut: z.object({ errorOfDevice: z.record(z.string(), z.tuple([z.number(), z.number()])) }),
  }),
);

/** `undefined` where the manifest has no such figures. */
export function leftOutDevices(measured: unknown): readonly LeftOutDevice[] | undefined {
  const parsed = measuredSchema.safeParse(measured);
  const all = parsed.data?.['without-none']?.heldOut.errorOfDevice;
  if (all === undefined) return undefined;
  return Object.entries(all).flatMap(([device, [seen, eyes]]) => {
    const without = parsed.data![`without-${device}`]?.heldOut.errorOfDevice[device];
    return without === undefined ? [] : [{ device, eyes, seen, unseen: without[0] }];
  });
}
