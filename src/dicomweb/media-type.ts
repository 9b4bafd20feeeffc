/** A media type or range with its parameters (RFC 9110 8.3.1, 12.5.1); names in lower case. */
export interface MediaType {
  /** `type/subtype`, either of which may be `*`. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Weight, 0 to 1. */
  readonly q: number;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const NAME = new RegExp(`^(?:${TOKEN}/${TOKEN})$`);
const PARAMETER = new RegExp(
  `\\s*;\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;,"]*))`,
  'y',
);

/** Undefined where it is none. */
export function parseMediaType(text: string): MediaType | undefined {
  const semicolon = text.indexOf(';');
  const name = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  if (!NAME.test(name)) return undefined;
  const parameters: Record<string, string> = {};
  PARAMETER.lastIndex = semicolon < 0 ? text.length : semicolon;
  for (let match; (match = PARAMETER.exec(text)) !== null;) {
    const [, key = '', quoted, plain] = match;
    parameters[key.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
  }
  const { q = '1', ...others } = parameters;
  const weight = Number(q);
  return { name, parameters: others, q: weight >= 0 && weight <= 1 ? weight : 0 };
}

/** The media ranges of an Accept header, best first; what cannot be read is left out. */
export function parseAccept(header: string): readonly MediaType[] {
  return splitOutsideQuotes(header)
    .flatMap((part) => parseMediaType(part) ?? [])
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
}

/** Does a range such as `image/*` hold this media type? */
export function matches(range: string, name: string): boolean {
  if (range === '*/*' || range === name) return true;
  return range.endsWith('/*') && name.startsWith(range.slice(0, -1));
}

function splitOutsideQuotes(text: string): readonly string[] {
  return text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
}
