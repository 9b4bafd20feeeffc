import { RESULT_KIND_NAMES } from '../../values/result-kinds.js';

/** The three kinds of destination, by the key that only they have (config/tables-file.ts). */
export const DESTINATION_KINDS = {
  aeTitle: 'DICOM node (C-STORE)',
  url: 'Web service (STOW-RS)',
  toSender: 'Back to the sender',
} as const;
export type DestinationKind = keyof typeof DESTINATION_KINDS;

export interface DestinationField {
  /** Where the value stands in the row of the tables; a number is an index. */
  readonly path: string;
  readonly label: string;
  readonly type: 'text' | 'integer' | 'list' | 'pairs' | 'choice' | 'switch' | 'kinds';
  readonly choices?: Readonly<Record<string, string>>;
  readonly required?: boolean;
  readonly placeholder?: string;
  /** Absent: of every kind. */
  readonly of?: readonly DestinationKind[];
  /** Absent: shown at once. */
  readonly fold?: 'Objects' | 'Terms' | 'Only results of these scans';
}

const DIMSE = ['aeTitle'] as const;
const WEB = ['url'] as const;

/** Every key of the destination table's schema: a test holds both equal. */
export const DESTINATION_FIELDS: readonly DestinationField[] = [
  { path: 'name', label: 'Name', type: 'text', required: true, placeholder: 'PACS' },
  { path: 'aeTitle', label: 'AE title', type: 'text', required: true, of: DIMSE },
  { path: 'host', label: 'Host', type: 'text', required: true, of: DIMSE },
  { path: 'port', label: 'Port', type: 'integer', required: true, placeholder: '104', of: DIMSE },
  {
    path: 'commitment',
    label: 'Storage commitment',
    type: 'choice',
    of: ['aeTitle', 'toSender'],
    choices: {
      '': 'is not asked for',
      'same-association': 'reported on the same association',
      'another-association': 'reported on another association',
    },
  },
  { path: 'tls', label: 'TLS', type: 'switch', of: DIMSE },
  {
    path: 'serverName',
    label: 'Certificate bears (if not the host)',
    type: 'text',
    of: DIMSE,
  },
  {
    path: 'url',
    label: 'Address of the service',
    type: 'text',
    required: true,
    placeholder: 'https://pacs.example.org/dicom-web',
    of: WEB,
  },
  {
    path: 'authentication.bearerTokenFile',
    label: 'File of a bearer token',
    type: 'text',
    of: WEB,
  },
  { path: 'authentication.user', label: 'or user', type: 'text', of: WEB },
  { path: 'authentication.passwordFile', label: 'and file of the password', type: 'text', of: WEB },
  { path: 'objects', label: 'Objects', type: 'kinds', fold: 'Objects' },
  {
    path: 'fallbacks',
    label: 'In place of what it does not take',
    type: 'pairs',
    placeholder: 'report=enhanced-report',
    fold: 'Objects',
  },
  {
    path: 'hours',
    label: 'Only within these hours',
    type: 'list',
    placeholder: '20:00-06:30',
    fold: 'Terms',
  },
  {
    path: 'associations',
    label: 'Associations at a time',
    type: 'integer',
    placeholder: '1',
    fold: 'Terms',
  },
  { path: 'maximumObjectSize', label: 'Largest object, MiB', type: 'integer', fold: 'Terms' },
  { path: 'retry.initialMs', label: 'First wait, ms', type: 'integer', fold: 'Terms' },
  { path: 'retry.maximumMs', label: 'Longest wait, ms', type: 'integer', fold: 'Terms' },
  { path: 'retry.attempts', label: 'Attempts in all', type: 'integer', fold: 'Terms' },
  {
    path: 'verify',
    label: 'Afterwards',
    type: 'choice',
    choices: { '': 'is not asked again', query: 'is asked whether it holds them' },
    fold: 'Terms',
  },
  {
    path: 'when.0.callingAeTitles',
    label: 'Sent by',
    type: 'list',
    placeholder: 'SPECTRALIS1, MAESTRO',
    fold: 'Only results of these scans',
  },
  {
    path: 'when.0.devices',
    label: 'Device profiles',
    type: 'list',
    placeholder: 'zeiss-cirrus',
    fold: 'Only results of these scans',
  },
  {
    path: 'when.0.decisions',
    label: 'Decisions',
    type: 'list',
    placeholder: 'urgent, not-assessed',
    fold: 'Only results of these scans',
  },
  {
    path: 'when.0.attributes',
    label: 'Attributes like',
    type: 'pairs',
    placeholder: 'StationName=EYE*',
    fold: 'Only results of these scans',
  },
];

export function fieldsOf(kind: DestinationKind): readonly DestinationField[] {
  return DESTINATION_FIELDS.filter(({ of }) => of === undefined || of.includes(kind));
}

const itemsOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** What was typed into a field as the tables hold it; undefined where nothing was. */
function valueOf({ type, path }: DestinationField, form: FormData): unknown {
  const given = form.get(path);
  const text = typeof given === 'string' ? given.trim() : '';
  if (type === 'kinds') {
    const chosen = RESULT_KIND_NAMES.filter((name) => form.getAll(path).includes(name));
    return chosen.length === 0 ? undefined : chosen;
  }
  if (text === '') return undefined;
  switch (type) {
    case 'integer':
      return Number(text);
    case 'switch':
      return true;
    case 'list':
      return itemsOf(text);
    case 'pairs':
      return Object.fromEntries(
        itemsOf(text).map((pair) => {
          const [key = '', ...value] = pair.split('=');
          return [key.trim(), value.join('=').trim()];
        }),
      );
    default:
      return text;
  }
}

/** The row of the tables that a form describes; the node validates it. */
export function destinationOf(kind: DestinationKind, form: FormData): Record<string, unknown> {
  const row: Record<string, unknown> = kind === 'toSender' ? { toSender: true } : {};
  for (const field of fieldsOf(kind)) {
    const value = valueOf(field, form);
    if (value === undefined) continue;
    const [head, ...rest] = field.path.split('.') as [string, ...string[]];
    if (rest.length === 0) row[head] = value;
    else if (rest.length === 1)
      row[head] = { ...(row[head] as object | undefined), [rest[0]!]: value };
    else {
      const [first] = (row[head] as readonly object[] | undefined) ?? [{}];
      row[head] = [{ ...first, [rest[1]!]: value }];
    }
  }
  return row;
}
