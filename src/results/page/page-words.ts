import { REFERRAL_CODES } from '../coding-scheme.js';
import type { ResultInput } from '../result-input.js';

/** What the page says of patient, scan and software, in words. */

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function verdict({ decision }: ResultInput): string {
  return decision.kind === 'assessed' ? REFERRAL_CODES[decision.referral].meaning : 'Not assessed';
}

/** The font of the page knows these scripts; a name in others would be a row of boxes. */
const LEGIBLE =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]*$/u;

/** Whose eye, and when it was scanned. */
export function patientFacts({ source, volume }: ResultInput): readonly Fact[] {
  const eye = { R: 'right (OD)', L: 'left (OS)' } as const;
  const scanned =
    source.text('AcquisitionDateTime') ?? source.text('ContentDate') ?? source.text('StudyDate');
  return [
    { name: 'Patient', value: personName(source.text('PatientName') ?? '') },
    { name: 'Patient ID', value: legible(source.text('PatientID') ?? '') },
    { name: 'Born', value: isoDate(source.text('PatientBirthDate')) },
    { name: 'Eye', value: volume === undefined ? 'not known' : eye[volume.laterality] },
    { name: 'Scanned', value: isoDate(scanned) },
  ];
}

export function scanFacts({ source, volume, device }: ResultInput): readonly Fact[] {
  const [maker, model] = (['Manufacturer', 'ManufacturerModelName'] as const).map((keyword) =>
    legible(source.text(keyword) ?? ''),
  );
  const profile =
    volume?.profile.id ?? (device?.matched === true ? device.profile.id : 'no profile matches');
  const facts = [
    { name: 'Device', value: `${maker!} ${model!}` },
    { name: 'Profile', value: profile },
  ];
  if (volume === undefined) return facts;
  const { frames, rows, columns, spacing } = volume;
  const width = (columns * spacing.lateral).toFixed(1);
  return [
    ...facts,
    { name: 'B-scans', value: `${String(frames)} of ${String(columns)} × ${String(rows)}` },
    { name: 'Field', value: `${width} × ${(frames * spacing.frame).toFixed(1)} mm` },
    { name: 'Depth', value: `${(rows * spacing.axial).toFixed(2)} mm` },
  ];
}

export function softwareWords({ product, findings, decision, createdAt }: ResultInput): string {
  const models =
    findings === undefined
      ? []
      : [
          `model set ${findings.modelSet.name} ${findings.modelSet.version} (SHA-256 ${findings.modelSet.digest.slice(0, 12)}…)`,
          members(findings),
        ];
  const costs = decision.kind === 'assessed' ? [`cost matrix ${decision.costMatrix}`] : [];
  return [`${product.name} ${product.version}`, ...models, ...costs, createdAt.slice(0, 10)].join(
    '  ·  ',
  );
}

function members({ models, dropped = [] }: NonNullable<ResultInput['findings']>): string {
  const count = (list: readonly { readonly role: string }[], role: string): number =>
    list.filter((model) => model.role === role).length;
  const roles = ['segmentation', 'classification'].map((role) => {
    const used = count(models, role);
    return `${String(used)} of ${String(used + count(dropped, role))} ${role}`;
  });
  return `${dropped.length > 0 ? 'DEGRADED: ' : ''}${roles.join(' + ')} networks`;
}

/** The alphabetic group of a Person Name, family name first (PS3.5 6.2.1). */
function personName(value: string): string {
  const [alphabetic = ''] = value.split('=');
  const [family = '', ...rest] = alphabetic.split('^');
  const given = rest.filter((part) => part !== '').join(' ');
  return legible(given === '' ? family : `${family}, ${given}`);
}

function legible(text: string): string {
  const printable = text.replaceAll(/[\u0000-\u001f\u007f]+/gu, ' ').trim();
  if (printable === '') return '–';
  return LEGIBLE.test(printable) ? printable : 'see the header (script not in this font)';
}

function isoDate(value: string | undefined): string {
  const found = /^(\d{4})(\d{2})(\d{2})/u.exec(value ?? '');
  return found === null ? '–' : found.slice(1).join('-');
}
