import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAeAddress, showAeAddress } from '../../src/config/destination.js';
import { ConfigError } from '../../src/config/problem.js';
import { readTlsCredentials, type TlsSettings } from '../../src/config/tls-credentials.js';
import { Authority, type CertificateFiles } from '../support/certificates.js';
import { requireTool } from '../support/tools.js';

describe('TLS settings', function () {
  this.timeout(20_000);
  let folder: string;
  let ca: Authority;
  let ours: CertificateFiles;
  let nonsense: string;

  before(function () {
    requireTool(this, 'openssl');
    folder = mkdtempSync(join(tmpdir(), 'octriage-tls-'));
    ca = Authority.make(folder);
    ours = ca.issue('ours');
    nonsense = join(folder, 'nonsense');
    writeFileSync(nonsense, 'no PEM');
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = (changes: Partial<TlsSettings> = {}): TlsSettings => ({
    tlsCertificate: ours.certificate,
    tlsKey: ours.key,
    tlsCa: ca.certificate,
    tlsClientCertificate: 'required',
    httpTls: 'off',
    ...changes,
  });

  it('reads certificate, key, authorities and the end of validity', () => {
    const { identity, ca: authorities } = readTlsCredentials(settings());
    expect(identity?.key).to.match(/PRIVATE KEY/);
    expect(authorities).to.match(/CERTIFICATE/);
    expect(identity?.validTo.getTime()).to.be.closeTo(Date.now() + 30 * 86_400_000, 60_000);
  });

  it('nothing given: nothing had', () => {
    const empty = { tlsCertificate: '', tlsKey: '', tlsCa: '' };
    expect(readTlsCredentials(settings(empty))).to.deep.equal({});
  });

  const WRONG: Readonly<Record<string, readonly [() => Partial<TlsSettings>, RegExp]>> = {
    'a certificate without key': [() => ({ tlsKey: '' }), /OCTRIAGE_TLS_KEY: is empty/],
    'a key without certificate': [
      () => ({ tlsCertificate: '' }),
      /OCTRIAGE_TLS_CERTIFICATE: is empty/,
    ],
    'HTTPS without certificate': [
      () => ({ tlsCertificate: '', tlsKey: '', httpTls: 'on' }),
      /OCTRIAGE_HTTP_TLS: is on and there is no certificate/,
    ],
    'the key of another certificate': [
      () => ({ tlsKey: ca.issue('another').key }),
      /OCTRIAGE_TLS_KEY: is not the private key/,
    ],
    'a file that is not there': [
      () => ({ tlsCa: join(folder, 'none') }),
      /OCTRIAGE_TLS_CA: .*cannot be read/,
    ],
    'a file that holds something else': [
      () => ({ tlsCertificate: nonsense }),
      /OCTRIAGE_TLS_CERTIFICATE: .*cannot be read as a PEM certificate/,
    ],
    'client certificates without an authority to judge them': [
      () => ({ tlsCa: '' }),
      /OCTRIAGE_TLS_CLIENT_CERTIFICATE=none/,
    ],
  };
  for (const [title, [changes, says]] of Object.entries(WRONG)) {
    it(`${title} is a problem, in words`, () => {
      expect(() => readTlsCredentials(settings(changes()))).to.throw(ConfigError, says);
    });
  }

  it('an AE address says whether it is reached over TLS', () => {
    const parsed = parseAeAddress('tls:PACS@[::1]:2762');
    expect(parsed).to.deep.equal({
      value: { aeTitle: 'PACS', host: '::1', port: 2762, tls: true },
    });
    expect('value' in parsed && showAeAddress(parsed.value)).to.equal('tls:PACS@[::1]:2762');
  });
});
