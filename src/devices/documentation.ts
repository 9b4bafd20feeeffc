import type { DeviceProfile, Range } from '../values/device-profile.js';
import { PROFILES } from './profiles.js';

/** The content of `docs/reference/devices.md`. */
export function devicesPage(): string {
  const families = [...new Set(PROFILES.map(({ family }) => family))];
  return [
    '# Devices',
    '',
    'What is known of each scanner. Generated from `src/devices/`; do not edit. A scan is matched by SOP class,',
    'manufacturer, model and matrix, and where only they tell protocols apart by slice thickness or plane orientation;',
    'the most specific profile wins, and the report says why. No match: `UNKNOWN_DEVICE`, or `SCAN_OUTSIDE_PROFILE`',
    'where the device is known. Evidence "none": recognised and never assessed (`PROFILE_NOT_VALIDATED`). No real OPT',
    'file could be had for any of them. Only a macular cube is assessed. Sites add or override profiles:',
    '`OCTRIAGE_DEVICE_PROFILES` (docs/reference/settings.md), or in the console.',
    '',
    '| Profile | Evidence | Pattern | Frames × rows × columns | Told by |',
    '| --- | --- | --- | --- | --- |',
    ...PROFILES.map(summary),
    ...families.flatMap((family) => familySection(family)),
    '',
  ].join('\n');
}

function summary({ id, evidence, scanPattern, match }: DeviceProfile): string {
  const { frames, rows, columns, sliceThickness, orientationPerFrame } = match;
  const told = [
    ...(sliceThickness === undefined ? [] : [`slice thickness ${inWords(sliceThickness)} mm`]),
    ...(orientationPerFrame === true ? ['plane orientation per frame'] : []),
  ];
  const matrix = [frames, rows, columns].map(inWords).join(' × ');
  return `| ${id} | ${evidence} | ${scanPattern} | ${matrix} | ${told.join(', ') || 'matrix'} |`;
}

function familySection(family: string): readonly string[] {
  const profiles = PROFILES.filter((profile) => profile.family === family);
  const [{ match, intensity, privateBlocks, quirks }] = profiles as [DeviceProfile];
  return [
    '',
    `## ${family}`,
    '',
    `- Manufacturer: ${listed(match.manufacturers)}; model: ${listed(match.models)}`,
    `- 16-bit samples: ${intensity.sixteenBit}${intensity.noData === undefined ? '' : `; no data: ${String(intensity.noData)}`}`,
    ...profiles.map(geometryLine),
    ...privateBlocks.map(
      ({ group, creator, holds, mayHoldPatientData }) =>
        `- Private (${group},xx) ${creator}: ${holds}${mayHoldPatientData ? '; never leaves the site' : ''}`,
    ),
    ...quirks.map(({ what, source }) => `- ${what} (Source: ${source}.)`),
  ];
}

function geometryLine({ name, geometry, quality = {} }: DeviceProfile): string {
  const { trust, firstFrame, limits, table = [] } = geometry;
  const matrices = table.map(
    ({ frames, rows, columns, frameSpacing }) =>
      `${String(frames)} × ${String(rows)} × ${String(columns)} at ${String(frameSpacing)} mm`,
  );
  return [
    `- ${name}: geometry from ${trust.join(', ')}; ${firstFrame} first where neither planes nor locations tell`,
    `depth ${inWords(limits.depth)}, width ${inWords(limits.width)}, B-scans ${inWords(limits.frameSpacing)} mm apart`,
    ...(matrices.length === 0 ? [] : [`own matrices ${matrices.join(', ')}`]),
    ...Object.entries(quality).map(
      ([code, limits]) =>
        `${code} ${Object.entries(limits)
          .map(([limit, value]) => `${limit} ${String(value)}`)
          .join(', ')}`,
    ),
  ].join('; ');
}

function listed(patterns: readonly string[]): string {
  return patterns.map((pattern) => `\`${pattern}\``).join(', ');
}

function inWords({ from, to }: Range): string {
  return from === to ? String(from) : `${String(from)}–${String(to)}`;
}
