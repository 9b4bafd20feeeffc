import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Members {
  members: { file: string; sha256: string; bytes: number }[];
}

/** Tag of the field doc_string in ONNX's ModelProto. */
const DOC_STRING = 0x32;

/**
 * A network file with another digest that computes the same: a set with the same file twice is refused, since it would
 * agree with itself.
 */
export function anotherFile(network: Buffer, index: number): Buffer {
  return Buffer.concat([network, Buffer.from([DOC_STRING, 1, 'a'.charCodeAt(0) + index])]);
}

/** A model set of N + N members in `folder`, made of copies of the first member of each role: for time, not for quality. */
export function copyEnsemble(models: string, folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')) as {
    segmentation: Members;
    classification: Members;
    decision: { file: string };
    operatingPoints?: Record<string, { file: string }>;
  };
  for (const role of ['segmentation', 'classification'] as const) {
    const first = manifest[role].members[0]!;
    const network = readFileSync(join(models, first.file));
    manifest[role].members = Array.from({ length: count }, (_, index) => {
      const file = `${role}-${String(index)}.onnx`;
      const copy = anotherFile(network, index);
      writeFileSync(join(folder, file), copy);
      const sha256 = createHash('sha256').update(copy).digest('hex');
      return { ...first, file, sha256, bytes: copy.length };
    });
  }
  for (const { file } of [manifest.decision, ...Object.values(manifest.operatingPoints ?? {})]) {
    cpSync(join(models, file), join(folder, file));
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}
