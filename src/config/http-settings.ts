import { integer, onOrOff, optionalText, origins, port, text, users } from './setting-kinds.js';
import { setting } from './setting.js';

/** Rows of the settings manifest: the HTTP server. */
export const HTTP_SETTINGS = {
  httpBind: setting(
    'HTTP',
    'OCTRIAGE_HTTP_BIND',
    text,
    '127.0.0.1',
    'Address to listen on for HTTP. Beyond this machine only /healthz and /readyz are answered until users or an issuer of tokens are given.',
  ),
  httpPort: setting(
    'HTTP',
    'OCTRIAGE_HTTP_PORT',
    port,
    '8080',
    'TCP port for HTTP; 0 takes any free one and logs it.',
  ),
  httpTls: setting(
    'HTTP',
    'OCTRIAGE_HTTP_TLS',
    onOrOff,
    'off',
    'HTTPS with the certificate of OCTRIAGE_TLS_CERTIFICATE in place of plain HTTP.',
  ),
  users: setting(
    'HTTP',
    'OCTRIAGE_USERS',
    users,
    '',
    'Who may use the HTTP side by name and password, as `octriage password` prints it. Roles: viewer, operator, administrator, machine.',
    undefined,
    { fixed: 'hashes of passwords belong into no history' },
  ),
  oidcIssuer: setting(
    'HTTP',
    'OCTRIAGE_OIDC_ISSUER',
    optionalText,
    '',
    'Address of the OpenID Connect issuer whose bearer tokens are taken.',
  ),
  oidcAudience: setting(
    'HTTP',
    'OCTRIAGE_OIDC_AUDIENCE',
    text,
    'octriage',
    'The audience that tokens must name.',
  ),
  oidcRoleClaim: setting(
    'HTTP',
    'OCTRIAGE_OIDC_ROLE_CLAIM',
    text,
    'roles',
    'The claim of a token that lists roles, as `operator` or `octriage:operator`.',
  ),
  httpOrigins: setting(
    'HTTP',
    'OCTRIAGE_HTTP_ORIGINS',
    origins,
    '',
    'Web viewers that may read DICOMweb from a browser (CORS), e.g. https://viewer.example.org.',
  ),
  maxStoreSize: setting(
    'HTTP',
    'OCTRIAGE_STOW_MAX_SIZE',
    integer(1, 1_000_000_000),
    '16384',
    'The largest STOW-RS request that is taken; a larger one is answered 413.',
    'MiB',
  ),
  maxStoreRequests: setting(
    'HTTP',
    'OCTRIAGE_STOW_MAX_REQUESTS',
    integer(1, 10_000),
    '16',
    'STOW-RS requests at once; one more is answered 503 and told to try again.',
  ),
  maxWebRate: setting(
    'HTTP',
    'OCTRIAGE_DICOMWEB_MAX_RATE',
    integer(0, 1_000_000),
    '30000',
    'DICOMweb requests a minute of one user, or of one address; more are answered 429. 0: any number.',
  ),
} as const;
