import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

/**
 * The folders of src/ in the order of architecture.md. Each may import from itself, from the vocabulary (`dicom`,
 * `config`, `values`) and from what is named here; nothing imports upwards and no stage imports another stage.
 */
const VOCABULARY = ['dicom', 'config', 'values'];
const FOLDERS = {
  cli: ['dimse', 'archive', 'inference', 'operations'],
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
  delivery: [],
  operations: [],
};
const everyFolder = Object.keys(FOLDERS);

const zones = Object.entries(FOLDERS).flatMap(([folder, allowed]) => {
  const vocabulary = folder === 'dicom' ? [] : folder === 'config' ? ['values', 'dicom'] : VOCABULARY;
  const may = new Set([folder, ...allowed, ...(folder === 'values' ? [] : vocabulary)]);
  return everyFolder
    .filter((other) => !may.has(other))
    .map((other) => ({
      target: `./src/${folder}`,
      from: `./src/${other}`,
      message: `src/${folder} must not import from src/${other} (architecture.md, rules of the house).`,
    }));
});

/** What only one folder may load: its owner, and what the rule says to everyone else. */
const OWNED_IMPORTS = [
  { owner: 'src/archive', name: 'better-sqlite3', why: 'only archive/ touches the ledger' },
  { owner: 'src/archive', name: 'kysely', why: 'only archive/ touches the ledger' },
  { owner: 'src/inference', name: 'onnxruntime-node', why: 'only inference/ loads ONNX Runtime' },
  {
    owner: 'src/dimse/upper-layer',
    name: 'node:tls',
    why: 'only the upper layer touches a socket',
  },
  {
    owner: 'src/dimse/upper-layer',
    name: 'node:net',
    importNames: ['Socket', 'Server', 'createServer', 'connect', 'createConnection', 'default'],
    why: 'only the upper layer touches a socket',
  },
];

function ownedImports(owner) {
  const paths = OWNED_IMPORTS.filter((owned) => owned.owner !== owner).map(
    ({ name, importNames, why }) => ({ name, message: why, ...(importNames && { importNames }) }),
  );
  return {
    files: [owner === undefined ? 'src/**/*.ts' : `${owner}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { paths }] },
  };
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'models', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  ownedImports(undefined),
  ...[...new Set(OWNED_IMPORTS.map(({ owner }) => owner))].map(ownedImports),
  {
    files: ['test/**', 'fixtures/**', 'conformance/**'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
