import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CONFIG_PROBLEM_CODES, ConfigError, type ConfigProblem } from './problem.js';
import { SETTINGS, type Settings } from './settings-manifest.js';

/** Who we are and whom we trust, as PEM text: read anew at each reload. */
export interface TlsCredentials {
  /** Our certificate (its chain behind it) and private key; absent: we can ask for a peer's, but show none. */
  readonly identity?: {
    readonly certificate: string;
    readonly key: string;
    /** End of the certificate's validity. */
    readonly validTo: Date;
  };
  /** The authorities that peers' certificates must come from; absent: those that Node.js comes with. */
  readonly ca?: string;
}

export type TlsSettings = Pick<
  Settings,
  'tlsCertificate' | 'tlsKey' | 'tlsCa' | 'tlsClientCertificate' | 'httpTls'
>;

/**
 * Reads certificate, key and authorities, and checks that they belong together.
 * @throws ConfigError with every problem at once
 */
export function readTlsCredentials(settings: TlsSettings): TlsCredentials {
  const problems: ConfigProblem[] = [];
  const problem = (name: keyof TlsSettings, what: string): void => {
    problems.push({
      code: CONFIG_PROBLEM_CODES.invalidTls,
      where: SETTINGS[name].variable,
      what,
    });
  };
  const read = <T>(name: 'tlsCertificate' | 'tlsKey' | 'tlsCa', form: string, parse: Parse<T>) => {
    const path = settings[name];
    if (path === '') return undefined;
    try {
      const text = readFileSync(path, 'utf8');
      return { text, parsed: parse(text) };
    } catch {
      problem(name, `'${path}' cannot be read as ${form}`);
      return undefined;
    }
  };
  const certificate = read('tlsCertificate', 'a PEM certificate', parseCertificate);
  const key = read('tlsKey', 'a PEM private key without a passphrase', createPrivateKey);
  const ca = read('tlsCa', 'PEM certificates', parseCertificate);

  if (settings.tlsCertificate !== '' && settings.tlsKey === '') {
    problem('tlsKey', 'is empty; give the private key of OCTRIAGE_TLS_CERTIFICATE');
  } else if (settings.tlsKey !== '' && settings.tlsCertificate === '') {
    problem('tlsCertificate', 'is empty; give the certificate of OCTRIAGE_TLS_KEY');
  } else if (certificate && key && !certificate.parsed.checkPrivateKey(key.parsed)) {
    problem('tlsKey', 'is not the private key of OCTRIAGE_TLS_CERTIFICATE');
  }
  if (
    settings.tlsCertificate !== '' &&
    settings.tlsClientCertificate !== 'none' &&
    settings.tlsCa === ''
  ) {
    problem(
      'tlsCa',
      'is empty, so that no caller’s certificate could be judged; give the authorities, or OCTRIAGE_TLS_CLIENT_CERTIFICATE=none',
    );
  }
  if (settings.httpTls === 'on' && settings.tlsCertificate === '') {
    problem('httpTls', 'is on and there is no certificate; give OCTRIAGE_TLS_CERTIFICATE');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ...(certificate &&
      key && {
        identity: {
          certificate: certificate.text,
          key: key.text,
          validTo: new Date(certificate.parsed.validTo),
        },
      }),
    ...(ca && { ca: ca.text }),
  };
}

type Parse<T> = (text: string) => T;

function parseCertificate(text: string): X509Certificate {
  return new X509Certificate(text);
}
