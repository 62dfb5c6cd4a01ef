import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type GitStore, openGitStore } from '../../src/library/git/git-store.ts';

export interface TestStore {
  /** Removed with the test. */
  readonly folder: string;
  /** Its folder need not be there yet. */
  readonly store: GitStore;
}

/** A store in a folder of its own. It finds `https://example.org/x`, and `https://files.example/x` by its URL, in the folder `x` beside it. */
export function openTestStore(context: TestContext, timeoutSeconds: number = 60): TestStore {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-git-'));
  const store = openGitStore({
    folder: join(folder, 'store'),
    settings: {
      rewrites: [
        { from: 'https://example.org/', to: `${folder}/` },
        { from: 'https://files.example/', to: `file://${folder}/` },
      ],
      timeoutSeconds,
    },
    environment: process.env,
    signal: new AbortController().signal,
  });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return { folder, store };
}
