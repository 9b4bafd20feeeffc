import { z } from 'zod';
import type { DeviceProfile } from '../values/device-profile.js';
import { QUALITY_CODES } from '../values/quality-report.js';

const range = z
  .strictObject({ from: z.number(), to: z.number() })
  .refine(({ from, to }) => from <= to, '"from" is greater than "to"');
const size = z
  .strictObject({ from: z.int().min(1), to: z.int().min(1) })
  .refine(({ from, to }) => from <= to, '"from" is greater than "to"');
const words = z.string().trim().min(1, 'is empty');
const pattern = z
  .string()
  .regex(/^[^A-Z*]+\*?$|^\*$/, 'must be lower case, with at most one * at its end');
const oneOf = <const T extends readonly string[]>(choices: T) => z.enum(choices);

/**
 * A device profile as a site writes it in JSON, and what every profile of the program fulfils too. Only OPT leads to a
 * volume, so no other SOP class can be named.
 */
export const PROFILE_SCHEMA: z.ZodType<DeviceProfile> = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{3,64}$/, 'must be 3 to 64 lower-case letters, digits, hyphens'),
  family: words,
  name: words,
  evidence: oneOf(['real files', 'documents', 'none']),
  match: z.strictObject({
    sopClassUid: z.literal('1.2.840.10008.5.1.4.1.1.77.1.5.4'),
    manufacturers: z.array(pattern).min(1),
    models: z.array(pattern).min(1),
    frames: size,
    rows: size,
    columns: size,
    sliceThickness: range.exactOptional(),
    orientationPerFrame: z.literal(true).exactOptional(),
  }),
  scanPattern: oneOf(['macular-cube', 'radial', 'angiography', 'line']),
  geometry: z
    .strictObject({
      trust: z.array(oneOf(['planes', 'frame-locations', 'slice-thickness', 'table'])).min(1),
      firstFrame: oneOf(['inferior', 'superior']),
      table: z
        .array(
          z.strictObject({
            frames: z.int().min(2),
            rows: z.int().min(1),
            columns: z.int().min(1),
            frameSpacing: z.number().positive(),
          }),
        )
        .exactOptional(),
      limits: z.strictObject({ depth: range, width: range, frameSpacing: range }),
    })
    .refine(
      ({ trust, table }) => !trust.includes('table') || table !== undefined,
      '"trust" names a table, but there is none',
    ),
  intensity: z.strictObject({
    scale: z.literal('display'),
    sixteenBit: oneOf(['as-declared', 'high-byte']),
    noData: z.int().min(0).max(255).exactOptional(),
  }),
  quality: z
    .partialRecord(
      z.enum(QUALITY_CODES),
      z.strictObject({
        excellent: z.number().exactOptional(),
        acceptable: z.number().exactOptional(),
        assessable: z.number().exactOptional(),
      }),
    )
    .exactOptional(),
  privateBlocks: z.array(
    z.strictObject({
      group: z.string().regex(/^[0-9A-Fa-f]{3}[13579BDFbdf]$/, 'must be an odd group, e.g. 0051'),
      creator: words,
      holds: words,
      mayHoldPatientData: z.boolean(),
    }),
  ),
  quirks: z.array(z.strictObject({ what: words, source: words })),
  siteFile: words.exactOptional(),
});
