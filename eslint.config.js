import tseslint from 'typescript-eslint';

/** Every folder may import these: the words that all parts speak. */
const VOCABULARY = ['dicom', 'config', 'values'];

/**
 * The folders of src/, and what each may import besides itself and the vocabulary (architecture.md, rules of the house):
 * nothing imports upwards, and no stage imports another stage. What joins them lies in ABOVE and in src/*.ts.
 */
const FOLDERS = {
  // It shows what the console's API answers, from the same functions and in the same types (decision 102).
  cli: [
    'joints',
    'workers',
    'rereading',
    'conformance',
    'console',
    'dimse',
    'archive',
    'inference',
    'operations',
    'evaluation',
    'referral',
  ],
  conformance: ['archive', 'delivery', 'dicomweb', 'dimse', 'http'],
  dicomweb: ['http'],
  console: ['http'],
  http: [],
  config: [],
  values: [],
  dimse: [],
  dicom: [],
  archive: [],
  assembly: [],
  devices: [],
  volume: [],
  quality: [],
  inference: [],
  referral: [],
  results: [],
  // Above the stages: it measures what they made.
  evaluation: ['volume', 'results'],
  delivery: [],
  operations: [],
};
/** They join the parts, and may import all of them; of the parts only commands may import them. */
const ABOVE = ['joints', 'workers', 'rereading'];
const VOCABULARY_OF = { dicom: [], values: [], config: ['values', 'dicom'] };

/** What only one folder may load. */
const OWNED_IMPORTS = [
  { owner: 'archive', name: 'better-sqlite3', message: 'only archive/ touches the ledger' },
  { owner: 'archive', name: 'kysely', message: 'only archive/ touches the ledger' },
  { owner: 'inference', name: 'onnxruntime-node', message: 'only inference/ loads ONNX Runtime' },
  {
    owner: 'dimse/upper-layer',
    also: 'operations/audit',
    name: 'node:tls',
    message: 'only the upper layer and the audit trail touch a socket',
  },
  {
    owner: 'dimse/upper-layer',
    name: 'node:net',
    importNames: ['Socket', 'Server', 'createServer', 'connect', 'createConnection', 'default'],
    message: 'only the upper layer touches a socket',
  },
];

/** The rule for the files of one folder (or of a subfolder with things of its own). */
function importsOf(path) {
  const [folder] = path.split('/');
  const allowed = [folder, ...FOLDERS[folder], ...(VOCABULARY_OF[folder] ?? VOCABULARY)];
  const forbidden = [...Object.keys(FOLDERS), ...ABOVE].filter((other) => !allowed.includes(other));
  return {
    files: [`src/${path}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: OWNED_IMPORTS.filter(({ owner, also }) => owner !== path && also !== path).map(
            ({ owner: _owner, also: _also, ...restricted }) => restricted,
          ),
          patterns: [
            {
              regex: `^(\\.\\./)+(${forbidden.join('|')})/`,
              message: `src/${folder} must not import from there (architecture.md, rules of the house).`,
            },
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'models', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'no default exports' },
      ],
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  ...[...Object.keys(FOLDERS), 'dimse/upper-layer', 'operations/audit'].map(importsOf),
  {
    files: ['test/**', 'fixtures/**', 'conformance/**'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
