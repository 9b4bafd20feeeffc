import { DataSet, type Element } from '../src/dicom/data-set.js';
import { formatTag, keywordOf, type Keyword } from '../src/dicom/dictionary.js';
import { readPart10 } from '../src/dicom/part10.js';
import { codeOf } from '../src/dicom/code.js';
import type {
  Iod,
  IodAttribute,
  IodContentItem,
  Presence,
  Source,
} from '../src/conformance/iods.js';
import { buildResults } from '../src/results/build.js';
import { COPIED_ATTRIBUTES } from '../src/results/copied-attributes.js';
import type { ResultInput } from '../src/results/result-input.js';
import { SEGMENTED_TISSUES } from '../src/results/segments.js';
import { HOSTILE_ATTRIBUTES } from '../test/support/hostile-attributes.js';
import type { InputOptions } from '../test/support/result-input.js';
import { PREDECESSOR, wholeInput } from '../test/support/whole-input.js';
import { RESULT_KIND_NAMES } from '../src/values/result-kinds.js';

/** Each class that becomes a segment has a column of its own. */
const ALL_LESIONS = SEGMENTED_TISSUES.map(
  (tissue, column) =>
    ({ tissue, frames: [0, 2], rows: [1, 3], columns: [column, column + 1] }) as const,
);

const OPTIONS: readonly InputOptions[] = [
  {},
  { laterality: 'L' },
  { dress: 'topcon-maestro2' },
  { dress: 'zeiss-cirrus' },
  { variations: ['missing-planes'] },
  { lesions: [] },
  { lesions: ALL_LESIONS },
  { outcome: 'unknown-device' },
  { outcome: 'poor-quality' },
  {
    otherScans: [
      { sopInstanceUid: '1.2.3.4', better: true, because: 'quality excellent against poor' },
      { sopInstanceUid: '1.2.3.5', better: false, because: 'number of B-scans 25 against 61' },
    ],
  },
  {
    patient: {
      PatientAge: '067Y',
      IssuerOfPatientID: 'CLINIC',
      TypeOfPatientID: 'TEXT',
      PatientIdentityRemoved: 'YES',
      DeidentificationMethod: 'Basic Profile',
      StudyDescription: 'Macula',
      TimezoneOffsetFromUTC: '+0100',
      LossyImageCompression: '01',
      LossyImageCompressionRatio: '12.5',
      LossyImageCompressionMethod: 'ISO_15444_1',
      OtherPatientIDsSequence: [
        DataSet.of({
          PatientID: 'OTHER-1',
          IssuerOfPatientID: 'OTHER CLINIC',
          TypeOfPatientID: 'TEXT',
        }),
      ],
      IssuerOfPatientIDQualifiersSequence: [
        DataSet.of({ UniversalEntityID: '1.2.3.4.5', UniversalEntityIDType: 'ISO' }),
      ],
      IssuerOfAccessionNumberSequence: [
        DataSet.of({
          LocalNamespaceEntityID: 'RIS',
          UniversalEntityID: '1.2.3.4.6',
          UniversalEntityIDType: 'ISO',
        }),
      ],
    },
  },
  ...Object.values(HOSTILE_ATTRIBUTES).map((patient) => ({ patient })),
];

/** The same scan read by another installation, another version, other networks, at another time. */
function elsewhere(input: ResultInput): ResultInput {
  const { findings, product } = input;
  return {
    ...input,
    product: { ...product, version: '9.9.9', serialNumber: 'elsewhere', deviceUid: '2.25.42' },
    createdAt: '2030-01-02T03:04:05.000Z',
    settingsDigest: 'others',
    ...(findings && {
      findings: {
        ...findings,
        modelSet: { name: 'another', version: '2', digest: '12'.repeat(32) },
        models: findings.models.map((model) => ({ ...model, sha256: '34'.repeat(32) })),
      },
    }),
  };
}

/** What all test scans have in common need not be fixed, and what has a value of the scan by chance is not copied. */
const DECLARED: Readonly<Partial<Record<Keyword, Source>>> = {
  TimezoneOffsetFromUTC: 'COPY',
  PixelSpacing: 'COPY',
  ImageOrientationPatient: 'COPY',
  LossyImageCompressionRatio: 'COPY',
  LossyImageCompressionMethod: 'COPY',
  InStackPositionNumber: 'AUTO',
  Rows: 'COPY',
  Columns: 'COPY',
  NumberOfFrames: 'AUTO',
  ReferencedSOPClassUID: 'AUTO',
  SegmentNumber: 'AUTO',
  PixelData: 'AUTO',
};

const COPIED: ReadonlySet<Keyword> = new Set(COPIED_ATTRIBUTES.map(({ keyword }) => keyword));

interface Observed {
  readonly path: readonly Keyword[];
  readonly element: Element;
  /** How many data sets or items could have held it. */
  readonly within: string;
  present: number;
  filled: number;
  copied: boolean;
  readonly values: Set<string>;
}

class Observation {
  readonly attributes = new Map<string, Observed>();
  readonly holders = new Map<string, number>();

  add(dataSet: DataSet, source: ReadonlyMap<number, ReadonlySet<string>>, above: Keyword[] = []) {
    const within = above.join();
    this.holders.set(within, (this.holders.get(within) ?? 0) + 1);
    for (const element of dataSet.elements()) {
      const keyword = keywordOf(element.tag);
      if (keyword === undefined)
        throw new Error(`${formatTag(element.tag)} is not in the dictionary`);
      const path = [...above, keyword];
      const seen = this.attributes.get(path.join()) ?? {
        path,
        element,
        within,
        present: 0,
        filled: 0,
        copied: true,
        values: new Set<string>(),
      };
      this.attributes.set(path.join(), seen);
      seen.present += 1;
      const value = shown(element);
      if (element.value.length > 0 && value !== '') {
        seen.filled += 1;
        seen.values.add(value);
        seen.copied &&= source.get(element.tag)?.has(value) ?? false;
      }
      // The content of a report has a table of its own, since it nests without end.
      if (keyword === 'ContentSequence') continue;
      for (const item of dataSet.items(keyword)) this.add(item, source, path);
    }
  }

  rows(): IodAttribute[] {
    return [...this.attributes.values()].map((seen) => this.row(seen));
  }

  private row({ path, element, within, present, filled, copied, values }: Observed): IodAttribute {
    const vr = element.vr;
    const always = present === this.holders.get(within);
    const presence: Presence = !always
      ? 'ANAP'
      : filled === present
        ? 'ALWAYS'
        : filled === 0
          ? 'EMPTY'
          : 'VNAP';
    const base = { path, tag: formatTag(element.tag), vr, presence };
    if (vr === 'SQ' || presence === 'EMPTY') return base;
    const [only] = values;
    const declared = COPIED.has(path[0]!) ? 'COPY' : DECLARED[path.at(-1)!];
    if (declared === undefined && values.size === 1 && filled > 1 && only !== undefined) {
      return { ...base, source: 'FIXED', value: only };
    }
    return { ...base, source: declared ?? (copied && filled > 0 ? 'COPY' : 'AUTO') };
  }
}

function shown({ vr, value }: Element): string {
  if (vr === 'SQ') return `${value.length} items`;
  if (value instanceof Uint8Array) return value.length === 0 ? '' : 'bytes';
  return value.map(String).join('\\');
}

/** Every value of the source, nested ones too, by tag. */
function valuesOf(dataSet: DataSet, values = new Map<number, Set<string>>()) {
  for (const element of dataSet.elements()) {
    const known = values.get(element.tag) ?? new Set();
    values.set(element.tag, known.add(shown(element)));
    const keyword = keywordOf(element.tag);
    if (keyword !== undefined) for (const item of dataSet.items(keyword)) valuesOf(item, values);
  }
  return values;
}

interface ObservedItem {
  readonly path: readonly string[];
  readonly item: Omit<IodContentItem, 'presence'>;
  /** In how many holders it was. */
  holders: number;
}

function saidOf(item: DataSet): Pick<IodContentItem, 'relationship' | 'valueType' | 'concept'> {
  const code = codeOf(item.item('ConceptNameCodeSequence'));
  return {
    relationship: item.text('RelationshipType') ?? '',
    valueType: item.text('ValueType') ?? '',
    concept: code === undefined ? '' : `${code.meaning} (${code.value}, ${code.scheme})`,
  };
}

/** The tree of content items, those with the same concept in the same place as one. */
class ContentObservation {
  readonly items = new Map<string, ObservedItem>();
  readonly holders = new Map<string, number>();

  add(item: DataSet, above: readonly string[] = []): void {
    const said = saidOf(item);
    const path = [...above, Object.values(said).join(' ')];
    const key = path.join('/');
    if (!this.items.has(key)) {
      this.items.set(key, { path, item: { level: above.length, ...said }, holders: 0 });
    }
    this.holders.set(key, (this.holders.get(key) ?? 0) + 1);
    const children = item.items('ContentSequence');
    for (const child of children) this.add(child, path);
    const kinds = new Set(children.map((child) => Object.values(saidOf(child)).join(' ')));
    for (const kind of kinds) this.items.get(`${key}/${kind}`)!.holders += 1;
  }

  rows(): IodContentItem[] {
    return this.below([]).map(({ path, item, holders }) => {
      const of = this.holders.get(path.slice(0, -1).join('/'));
      return { ...item, presence: of === undefined || holders === of ? 'ALWAYS' : 'ANAP' };
    });
  }

  /** Each item, then what it holds, in the order in which they were first seen. */
  private below(above: readonly string[]): ObservedItem[] {
    const own = [...this.items.values()].filter(
      ({ path }) =>
        path.length === above.length + 1 && path.slice(0, -1).join('/') === above.join('/'),
    );
    return own.flatMap((one) => [one, ...this.below(one.path)]);
  }
}

/**
 * The tables of what we create, from what the builders do: every attribute of every object made of sources of all
 * dresses, outcomes and hostile headers, here and on another installation. Written down by hand they would be a claim.
 */
export function observedIods(): readonly Iod[] {
  const kinds = new Map<
    string,
    {
      attributes: Observation;
      content: ContentObservation;
      first: DataSet;
      transferSyntaxUid: string;
    }
  >();
  const inputs = [
    ...OPTIONS.map((options) => wholeInput(options)),
    { ...wholeInput(), predecessors: [PREDECESSOR] },
  ];
  for (const input of [...inputs, ...inputs.map(elsewhere)]) {
    const source = valuesOf(input.source);
    for (const { kind, bytes } of buildResults(input, RESULT_KIND_NAMES).objects) {
      const { dataSet, transferSyntaxUid } = readPart10(bytes);
      const known = kinds.get(kind) ?? {
        attributes: new Observation(),
        content: new ContentObservation(),
        first: dataSet,
        transferSyntaxUid,
      };
      kinds.set(kind, known);
      known.attributes.add(dataSet, source);
      if (dataSet.has('ContentSequence')) known.content.add(dataSet);
    }
  }
  return [...kinds].map(([kind, { attributes, content, first, transferSyntaxUid }]) => ({
    kind,
    sopClassUid: first.text('SOPClassUID') ?? '',
    transferSyntaxUid,
    modality: first.text('Modality') ?? '',
    attributes: inTree(attributes.rows()),
    ...(content.items.size > 0 && { content: content.rows() }),
  }));
}

/** Each sequence is followed by what its items hold. */
function inTree(rows: readonly IodAttribute[], above: readonly string[] = []): IodAttribute[] {
  return rows
    .filter(
      ({ path }) =>
        path.length === above.length + 1 && above.every((keyword, i) => path[i] === keyword),
    )
    .sort((a, b) => a.tag.localeCompare(b.tag))
    .flatMap((row) => [row, ...inTree(rows, row.path)]);
}
