import { AE_TITLE_RULE, isAeTitle } from '../dicom/ae-title.js';
import { parseCaller, type Caller } from './caller.js';
import {
  parseAeAddress,
  parseDestination,
  type AeAddress,
  type Destination,
} from './destination.js';
import type { Parsed } from './problem.js';
import { parseUser, type User } from './user.js';

/** The ONNX Runtime execution providers that can be asked for, in the words of onnxruntime-node. */
export const EXECUTION_PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

/** What a worker does when its execution provider stops working. */
export const PROVIDER_LOST = ['fall-back', 'hold'] as const;

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a caller on the TLS port must show. */
export const CLIENT_CERTIFICATES = ['required', 'optional', 'none'] as const;
export type ClientCertificate = (typeof CLIENT_CERTIFICATES)[number];

export type SettingInput =
  { readonly minimum: number; readonly maximum: number } | { readonly choices: readonly string[] };

/** How the text of a setting becomes its value; `form` completes the sentence 'give …'. */
export interface SettingKind<T> {
  readonly form: string;
  /** How a form asks for it; absent: as a text. */
  readonly input?: SettingInput;
  parse(text: string): Parsed<T>;
}

export function integer(minimum: number, maximum: number): SettingKind<number> {
  const form = `a whole number from ${minimum} to ${maximum}`;
  return {
    form,
    input: { minimum, maximum },
    parse: (text) =>
      /^\d{1,15}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum
        ? { value: Number(text) }
        : { problem: `'${text}' is not ${form}` },
  };
}

function oneOf<T extends string>(choices: readonly T[]): SettingKind<T> {
  const form = `one of ${choices.join(', ')}`;
  return {
    form,
    input: { choices },
    parse: (text) => {
      const choice = choices.find((candidate) => candidate === text);
      return choice === undefined ? { problem: `'${text}' is not ${form}` } : { value: choice };
    },
  };
}

/** A whole number, or 'auto', which becomes 0. */
export function automaticOr(maximum: number): SettingKind<number> {
  const number = integer(1, maximum);
  return {
    form: `auto, or ${number.form}`,
    parse: (text) => (text === 'auto' ? { value: 0 } : number.parse(text)),
  };
}

function listOf<T>(form: string, parse: (item: string) => Parsed<T>): SettingKind<readonly T[]> {
  return {
    form: `a comma list of ${form}`,
    parse: (text) => {
      const values: T[] = [];
      for (const item of text.split(',').map((part) => part.trim())) {
        if (item === '') continue;
        const parsed = parse(item);
        if ('problem' in parsed) return parsed;
        values.push(parsed.value);
      }
      return { value: values };
    },
  };
}

export const port = integer(0, 65535);
export const logLevel = oneOf(LOG_LEVELS);
export const providerLost = oneOf(PROVIDER_LOST);
export const clientCertificate = oneOf(CLIENT_CERTIFICATES);
export const onOrOff = oneOf(['on', 'off']);

/** Where something listens; a name or an address, IPv6 in brackets. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}
export const hostAndPort: SettingKind<HostAndPort | undefined> = {
  form: 'host:port, or nothing',
  parse(text) {
    if (text === '') return { value: undefined };
    const [, bracketed, name, digits] =
      /^(?:\[([\da-fA-F:]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
    const host = bracketed ?? name;
    const number = Number(digits);
    return host !== undefined && number >= 1 && number <= 65_535
      ? { value: { host, port: number } }
      : { problem: `'${text}' is not host:port` };
  },
};
export const executionProviders = listOf(
  `execution providers (${EXECUTION_PROVIDERS.join(', ')})`,
  (item) => oneOf(EXECUTION_PROVIDERS).parse(item),
);
export const aeTitles: SettingKind<readonly string[]> = listOf('AE titles', (item) =>
  isAeTitle(item) ? { value: item } : { problem: `'${item}': ${AE_TITLE_RULE}` },
);
export const callers: SettingKind<readonly Caller[]> = listOf(
  'AE or AE@address-or-network',
  parseCaller,
);
export const destinations: SettingKind<readonly Destination[]> = listOf(
  'NAME=AE@host:port or NAME=tls:AE@host:port, behind it ?objects=KIND+KIND, ?commitment=same-association or ?commitment=another-association, both joined by &',
  parseDestination,
);
export const aeAddresses: SettingKind<readonly AeAddress[]> = listOf(
  'AE@host:port or tls:AE@host:port',
  parseAeAddress,
);

export const users: SettingKind<readonly User[]> = listOf('name:role:hash', parseUser);
export const origins: SettingKind<readonly string[]> = listOf('web origins', (item) =>
  URL.canParse(item) && new URL(item).origin === item
    ? { value: item }
    : { problem: `'${item}' is not an origin such as https://viewer.example.org` },
);

export const text: SettingKind<string> = {
  form: 'a text that is not empty',
  parse: (value) => (value.trim() === '' ? { problem: 'is empty' } : { value }),
};

/** A path that may be left empty where there is none. */
export const optionalPath: SettingKind<string> = {
  form: 'a path, or nothing',
  parse: (value) => ({ value: value.trim() }),
};

export const optionalText: SettingKind<string> = {
  form: 'a text, or nothing',
  parse: (value) => ({ value: value.trim() }),
};

export const aeTitle: SettingKind<string> = {
  form: 'an AE title',
  parse: (value) => (isAeTitle(value) ? { value } : { problem: `'${value}': ${AE_TITLE_RULE}` }),
};
