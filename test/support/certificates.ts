import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of the test's own, in a folder, by openssl. */
export class Authority {
  private constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {}

  static make(folder: string, name = 'ca'): Authority {
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${name}`],
      ...['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)],
    );
    return new Authority(folder, name);
  }

  get certificate(): string {
    return join(this.folder, `${this.name}.pem`);
  }

  /** A certificate for `127.0.0.1`, or for another name; `days` may be negative: then it has expired. */
  issue(file: string, options: { days?: number; names?: string } = {}): CertificateFiles {
    const { days = 30, names = 'IP:127.0.0.1,DNS:localhost' } = options;
    const path = (extension: string): string => join(this.folder, `${file}.${extension}`);
    openssl(
      ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${file}`],
      ...['-addext', `subjectAltName=${names}`, '-keyout', path('key'), '-out', path('csr')],
    );
    openssl(
      ...['x509', '-req', '-in', path('csr'), '-copy_extensions', 'copy', '-CAcreateserial'],
      ...['-CA', this.certificate, '-CAkey', join(this.folder, `${this.name}.key`)],
      ...['-days', String(days), '-out', path('pem')],
    );
    return { certificate: path('pem'), key: path('key') };
  }
}

/** As the node reads them. */
export function credentials(files: CertificateFiles | undefined, ca: string | undefined) {
  return {
    ...(files && {
      identity: {
        certificate: readFileSync(files.certificate, 'utf8'),
        key: readFileSync(files.key, 'utf8'),
        validTo: new Date(Date.now() + 1e9),
      },
    }),
    ...(ca !== undefined && { ca: readFileSync(ca, 'utf8') }),
  };
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'ignore'] });
}
