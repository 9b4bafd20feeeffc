import { spawnSync } from 'node:child_process';

/** Where a program that a test needs comes from: the line that would enable the test. */
const DEBIAN_PACKAGE: Readonly<Record<string, string>> = {
  echoscu: 'dcmtk',
  storescu: 'dcmtk',
  storescp: 'dcmtk',
  dcmsend: 'dcmtk',
  dcmdump: 'dcmtk',
  openssl: 'openssl',
  xmllint: 'libxml2-utils',
  rsyslogd: 'rsyslog',
  'rsyslog-openssl': 'rsyslog-openssl',
  dsrdump: 'dcmtk',
  dump2dcm: 'dcmtk',
  dcmconv: 'dcmtk',
  dcmcrle: 'dcmtk',
  dcmdrle: 'dcmtk',
  dcmcjpeg: 'dcmtk',
  dcmdjpeg: 'dcmtk',
  dcmcjpls: 'dcmtk',
  dcmdjpls: 'dcmtk',
  gdcmconv: 'libgdcm-tools',
  opj_decompress: 'libopenjp2-tools',
  Orthanc: 'orthanc',
  'orthanc-dicomweb': 'orthanc-dicomweb',
  curl: 'curl',
  script: 'bsdutils',
  dciodvfy: 'dicom3tools',
  dcentvfy: 'dicom3tools',
  dcm2pdf: 'dcmtk',
  dcm2pnm: 'dcmtk',
  pdftoppm: 'poppler-utils',
  pdftotext: 'poppler-utils',
  'python3-pydicom': 'python3-pydicom',
  chromium: 'chromium',
};

/** Debian's Python: the one that Debian's python3-pydicom belongs to. */
export const PYTHON = '/usr/bin/python3';

/** Debian's place for them. */
export const ORTHANC_PLUGINS = '/usr/share/orthanc/plugins';
/** Orthanc's DICOMweb services: a plugin, not a program. */
export const ORTHANC_DICOMWEB = `${ORTHANC_PLUGINS}/libOrthancDicomWeb.so`;

/** How to find what is no program of its own. */
const PROBES: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  'python3-pydicom': [PYTHON, '-c', 'import pydicom, numpy'],
  'rsyslog-openssl': ['sh', '-c', 'test -e /usr/lib/*/rsyslog/lmnsd_ossl.so'],
  'orthanc-dicomweb': ['test', '-e', ORTHANC_DICOMWEB],
};

const found = new Map<string, boolean>();
const missingPackages = new Set<string>();

function isPresent(tool: string): boolean {
  let present = found.get(tool);
  if (present === undefined) {
    const [command, ...args] = PROBES[tool] ?? ['sh', '-c', `command -v ${tool}`];
    present = spawnSync(command, args).status === 0;
    found.set(tool, present);
  }
  return present;
}

/**
 * Skips the running test where a program is not installed and says how to get it. With CI=true a missing program is a
 * failure: a run that checks nothing must not look green.
 */
export function requireTool(context: Mocha.Context, ...tools: readonly string[]): void {
  const missing = tools.filter((tool) => !isPresent(tool));
  if (missing.length === 0) return;
  const packages = missing.map((tool) => DEBIAN_PACKAGE[tool] ?? tool);
  const advice = `needs ${missing.join(', ')}: apt-get install ${[...new Set(packages)].join(' ')}`;
  if (process.env['CI'] === 'true') throw new Error(advice);
  for (const name of packages) missingPackages.add(name);
  if (context.test !== undefined) context.test.title += ` (${advice})`;
  context.skip();
}

/** The line that would enable every test that was skipped; undefined where none was. */
export function adviceForSkipped(): string | undefined {
  if (missingPackages.size === 0) return undefined;
  return `Skipped tests are enabled by: apt-get install ${[...missingPackages].sort().join(' ')}`;
}
