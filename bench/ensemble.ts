import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Members {
  members: { file: string }[];
}

/** A model set of N + N members in `folder`, made of copies of the first member of each role: for time, not for quality. */
export function copyEnsemble(models: string, folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')) as {
    segmentation: Members;
    classification: Members;
    decision: { file: string };
  };
  for (const role of ['segmentation', 'classification'] as const) {
    const first = manifest[role].members[0]!;
    manifest[role].members = Array.from({ length: count }, (_, index) => {
      const file = `${role}-${String(index)}.onnx`;
      cpSync(join(models, first.file), join(folder, file));
      return { ...first, file };
    });
  }
  cpSync(join(models, manifest.decision.file), join(folder, manifest.decision.file));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}
