import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { NodeState } from '../console/node-model.js';
import { errorFields, log } from '../operations/log.js';
import type { WorkersSeen } from '../workers/news.js';

/** What only the process of the node knows of its state. */
export type NodeNews = Pick<NodeState, 'startedAt' | 'workers'>;

const startedAt = new Date().toISOString();

export function nodeNews(wanted: number, { all: running, trouble }: WorkersSeen): NodeNews {
  return { startedAt, workers: { wanted, running, ...(trouble !== undefined && { trouble }) } };
}

const newsSchema = z.object({
  startedAt: z.string(),
  workers: z.object({
    wanted: z.number(),
    running: z.array(
      z.object({
        processId: z.number(),
        executionProvider: z.string(),
        modelSet: z.string(),
        passedOver: z.array(z.string()),
        pace: z.string(),
      }),
    ),
    trouble: z.string().exactOptional(),
  }),
});

function newsFile(dataDir: string): string {
  return join(dataDir, 'node-news.json');
}

/** Keeps the news for the commands beside the node; what fails is logged, the node does not need them itself. */
export function keepNodeNews(dataDir: string, news: NodeNews): void {
  const path = newsFile(dataDir);
  try {
    writeFileSync(`${path}.part`, JSON.stringify(news));
    renameSync(`${path}.part`, path);
  } catch (error) {
    log('warn', 'what the workers are cannot be kept for commands', errorFields(error));
  }
}

/** The news of the node that ran last on this data folder. */
export function keptNodeNews(dataDir: string): NodeNews | undefined {
  const path = newsFile(dataDir);
  return existsSync(path) ? newsSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}
