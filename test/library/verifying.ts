/** What tests of the verifier stand on: images in a quarantine in memory, and what is known of how they were built. */
import type { TestContext } from 'node:test';
import type { Advisory } from '../../src/advisories/advisory.ts';
import type { BuiltImageFacts } from '../../src/library/admission/built-image.ts';
import { quarantineReference, quarantineTag } from '../../src/library/admission/quarantine-reference.ts';
import type { BuildId, RecipeId, ResolvedParent } from '../../src/library/builds/build.ts';
import type { ProgrammeSettings } from '../../src/library/programme/programme.ts';
import { defaultSettings } from '../../src/library/programme/read-settings.ts';
import type { SourceId } from '../../src/library/sources/source.ts';
import type { ConnectionOptions } from '../../src/oci/registry/connection.ts';
import { buildImage, buildLayer, type BuiltImage, type BuiltLayer } from '../images/image-builder.ts';
import type { ArchiveEntry } from '../images/tar-writer.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { advisory, affects } from '../packages.ts';
import {
  type MemoryRegistry,
  type MemoryRegistryOptions,
  startMemoryRegistry,
} from '../registry/memory-registry.ts';
import { addImage } from '../registry/memory-repository.ts';
import { impatience } from '../registry/opening.ts';

export interface VerifyingScene {
  readonly registry: MemoryRegistry;
  readonly settings: ProgrammeSettings;
  readonly connection: ConnectionOptions;
  /** Puts an image into quarantine. */
  readonly quarantine: (image: BuiltImage, more?: Partial<BuiltImageFacts>) => BuiltImageFacts;
  /** The image below, published. */
  readonly parent: ResolvedParent;
}

export async function verifyingScene(
  t: TestContext,
  options: MemoryRegistryOptions = {},
): Promise<VerifyingScene> {
  const registry = await startMemoryRegistry(options);
  t.after(() => registry[Symbol.asyncDispose]());
  addImage(registry.repository('library/debian'), BASE, '12');
  const parent: ResolvedParent = {
    from: 'debian:12',
    reference: `${registry.host}/library/debian@${BASE.digest}`,
    digest: BASE.digest,
  };
  const folder = temporaryDirectory(t);
  const settings: ProgrammeSettings = {
    ...defaultSettings(folder),
    name: 'test',
    registry: {
      quarantine: `${registry.host}/quarantine`,
      public: `${registry.host}/library`,
      plainHttp: true,
      mirrors: {},
    },
    gate: { fixableFrom: 'high', refuseSecrets: true, toleratedTests: {} },
  };
  const quarantine: VerifyingScene['quarantine'] = (image, more = {}) => {
    const facts = { ...factsOf(settings, image, parent), ...more };
    addImage(registry.repository('quarantine/amd64'), image, quarantineTag(facts.attempt));
    return facts;
  };
  return { registry, settings, connection: { environment: {}, policy: impatience() }, quarantine, parent };
}

/** Packages as dpkg records them. */
export function dpkgStatus(packages: Readonly<Record<string, string>>): ArchiveEntry {
  const paragraphs = Object.entries(packages).map(
    ([name, version]) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
  );
  return { path: 'var/lib/dpkg/status', content: paragraphs.join('\n') };
}

const OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const BASE_LAYER = buildLayer([
  { path: 'etc/os-release', content: OS_RELEASE },
  { path: 'etc/passwd', content: 'root:*:0:0::/root:/bin/sh\n' },
  { path: 'bin/echo', content: 'ELF' },
  dpkgStatus({ libc6: '2.36-9' }),
]);
export const BASE = buildImage({ layers: [BASE_LAYER] });

export const ANNOTATIONS = { 'org.opencontainers.image.version': '8.0' };

/** An image on the base, with a layer of its own. */
export function imageWith(
  entries: readonly ArchiveEntry[],
  more: Partial<Parameters<typeof buildImage>[0]> & { readonly below?: readonly BuiltLayer[] } = {},
): BuiltImage {
  const { below = [BASE_LAYER], ...recipe } = more;
  return buildImage({ layers: [...below, buildLayer(entries)], annotations: ANNOTATIONS, ...recipe });
}

/** An ordinary image: one package of its own. */
export const REDIS = imageWith([dpkgStatus({ libc6: '2.36-9', redis: '7.0.15-1' })]);

/** Flaws with a fix, in Debian 12. */
export function flaw(id: string, name: string, fixed: string | null): Advisory {
  return advisory(id, [affects('Debian:12', name, fixed)], {
    source: 'debian',
    severities: [{ kind: 'word', word: 'high', level: 'high' }],
  });
}

function factsOf(settings: ProgrammeSettings, image: BuiltImage, parent: ResolvedParent): BuiltImageFacts {
  const identity = {
    buildId: 'b'.repeat(64) as BuildId,
    sourceId: 'a'.repeat(64) as SourceId,
    architecture: 'amd64',
  } as const;
  const place = { ...identity, generation: 1 };
  return {
    attempt: {
      ...place,
      id: 7,
      tags: ['redis:8.0', 'redis:latest'],
      parents: [parent],
      engine: { name: 'buildah', version: '1.28.2', parts: { isolation: 'chroot' } },
      arguments: {},
      recipeId: 'c'.repeat(64) as RecipeId,
      reasons: [{ kind: 'new' }],
      startedAt: 1_700_000_000,
      endedAt: 1_700_000_060,
      outcome: {
        kind: 'built',
        reference: quarantineReference(settings.registry.quarantine, place),
        digest: image.digest,
      },
      log: 'logs/7',
    },
    build: { kind: 'identified', ...identity, parents: [parent] },
    repository: 'redis',
    tags: ['redis:8.0', 'redis:latest'],
    entry: {
      gitRepo: 'https://github.com/redis/docker-library-redis.git',
      gitFetch: 'refs/tags/v8.0',
      gitCommit: '1'.repeat(40),
      directory: 'debian',
      file: 'Dockerfile',
      builder: '',
      epoch: 1_690_000_000,
    },
    lastStageFrom: 'debian:12',
    ownParents: new Map(),
    pins: new Map(),
    annotations: ANNOTATIONS,
    log: null,
  };
}
