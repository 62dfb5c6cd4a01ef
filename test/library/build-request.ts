import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { BuildId } from '../../src/library/builds/build.ts';
import type { BuildRequest } from '../../src/library/engines/engine.ts';

export interface TestedBuild {
  readonly request: BuildRequest;
  /** What the build has said. */
  readonly said: () => string;
}

/** A build in folders of its own, removed when the test has ended. */
export function buildRequest(t: TestContext, further: Partial<BuildRequest> = {}): TestedBuild {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-build-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [context, scratch] = [join(folder, 'context'), join(folder, 'scratch')];
  for (const made of [context, scratch]) mkdirSync(made);
  let text = '';
  const request: BuildRequest = {
    buildId: 'b'.repeat(64) as BuildId,
    architecture: 'amd64',
    platform: { os: 'linux', architecture: 'amd64' },
    context,
    file: 'Dockerfile',
    source: { repository: 'https://git.example/images.git', commit: 'c'.repeat(40), directory: 'images' },
    parents: [],
    arguments: {},
    epoch: 1_700_000_000,
    annotations: { 'org.opencontainers.image.version': '1' },
    output: join(folder, 'output'),
    scratch,
    log: (part) => (text += part),
    signal: new AbortController().signal,
    ...further,
  };
  return { request, said: () => text };
}
