import type { JsonAttribute, JsonDataSet, JsonPersonName, JsonValue } from './dicom-json.js';
import { keywordOf } from './dictionary.js';
import { escaped } from './markup.js';

/**
 * A data set of the DICOM JSON Model in the Native DICOM Model of PS3.19 A.1, which holds the same. Characters that XML
 * 1.0 cannot hold are left out.
 */
export function dicomXml(json: JsonDataSet): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">${attributes(json)}</NativeDicomModel>\n`;
}

function attributes(json: JsonDataSet): string {
  return Object.entries(json)
    .map(([tag, attribute]) => {
      const keyword = keywordOf(Number.parseInt(tag, 16));
      const named = keyword === undefined ? '' : ` keyword="${keyword}"`;
      return `<DicomAttribute tag="${tag}" vr="${attribute.vr}"${named}>${content(attribute)}</DicomAttribute>`;
    })
    .join('');
}

function content({ vr, Value = [], InlineBinary, BulkDataURI }: JsonAttribute): string {
  if (InlineBinary !== undefined) return `<InlineBinary>${InlineBinary}</InlineBinary>`;
  if (BulkDataURI !== undefined) return `<BulkData uri="${escaped(BulkDataURI)}"/>`;
  return Value.map((value, i) => numbered(vr, value, i + 1)).join('');
}

function numbered(vr: string, value: JsonValue, number: number): string {
  const at = `number="${String(number)}"`;
  if (value === null) return `<Value ${at}/>`;
  if (vr === 'SQ') return `<Item ${at}>${attributes(value as JsonDataSet)}</Item>`;
  if (vr === 'PN') return `<PersonName ${at}>${personName(value as JsonPersonName)}</PersonName>`;
  return typeof value === 'object' ? '' : `<Value ${at}>${escaped(String(value))}</Value>`;
}

const COMPONENTS = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'] as const;

function personName(name: JsonPersonName): string {
  return (['Alphabetic', 'Ideographic', 'Phonetic'] as const)
    .flatMap((group) => {
      const text = name[group];
      if (text === undefined) return [];
      const components = text.split('^').flatMap((component, i) => {
        const element = COMPONENTS[i];
        return component === '' || element === undefined
          ? []
          : [`<${element}>${escaped(component)}</${element}>`];
      });
      return [`<${group}>${components.join('')}</${group}>`];
    })
    .join('');
}
