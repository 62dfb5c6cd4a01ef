import { openImageReader } from '../../src/oci/store/open-reader.ts';
import type { EvidenceGathering } from '../../src/oci/evidence/evidence-manifest.ts';
import { gatherEvidence, type GatherOptions } from '../../src/oci/evidence/gather-evidence.ts';
import { buildReferrer, IN_TOTO, SIMPLE_SIGNING } from '../images/evidence-builder.ts';
import { buildImage, buildLayer, type BuiltBlob, type BuiltRoot } from '../images/image-builder.ts';
import type { Intercept } from './fake-registry.ts';
import { startMemoryRegistry } from './memory-registry.ts';
import { addImage, type MemoryRepository } from './memory-repository.ts';
import { impatience } from './opening.ts';

const imageFor = (architecture: string) =>
  buildImage({
    layers: [buildLayer([{ path: 'a', content: architecture }])],
    platform: { os: 'linux', architecture },
  });
export const amd64 = imageFor('amd64');
export const arm64 = imageFor('arm64');

export const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  predicateType: 'https://spdx.dev/Document',
};
export const statementAbout = (image: BuiltBlob, number = 0) =>
  buildReferrer(image, {
    layers: [{ content: { ...STATEMENT, number }, mediaType: IN_TOTO }],
    artifactType: 'application/vnd.docker.attestation.manifest.v1+json',
  });
/** As BuildKit wrote it until 2026: with a configuration as of an image, and without a subject. */
export const oldStatement = buildReferrer(amd64, {
  layers: [{ content: STATEMENT, mediaType: IN_TOTO }],
  artifactType: null,
  configType: 'application/vnd.oci.image.config.v1+json',
  subject: null,
});
export const cosignSignature = buildReferrer(amd64, {
  layers: [{ content: { critical: {} }, mediaType: SIMPLE_SIGNING }],
  artifactType: null,
  configType: 'application/vnd.oci.image.config.v1+json',
  subject: null,
});

export const tagOf = (subject: BuiltBlob, suffix = ''): string => subject.digest.replace(':', '-') + suffix;

export interface Setting {
  readonly root: BuiltRoot;
  /** Pushed as they are, with the tag where one is given. */
  readonly attached?: readonly (BuiltRoot | readonly [BuiltRoot, tag: string])[];
  readonly hasApi?: boolean;
  readonly pageSize?: number;
  readonly intercept?: Intercept;
  /** Default: the digest of the root. */
  readonly name?: string;
  readonly options?: GatherOptions;
}

export function fill(repository: MemoryRepository, { root, attached = [] }: Setting): void {
  addImage(repository, root, '1');
  for (const one of attached) {
    if ('digest' in one) addImage(repository, one);
    else addImage(repository, ...one);
  }
}

export interface Gathered extends EvidenceGathering {
  readonly asked: readonly string[];
}

export async function gather(setting: Setting): Promise<Gathered> {
  const { root, hasApi = true, pageSize, intercept, name = `@${root.digest}`, options } = setting;
  await using registry = await startMemoryRegistry({
    referrers: hasApi,
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(intercept === undefined ? {} : { intercept }),
  });
  fill(registry.repository('team/app'), setting);
  const opened = await openImageReader(`${registry.host}/team/app${name}`, {
    environment: {},
    policy: impatience(),
  });
  try {
    const gathering = await gatherEvidence(opened.reader, opened.name, options);
    return { ...gathering, asked: registry.requests.map(({ url }) => url) };
  } finally {
    await opened.reader.close();
  }
}

/** `PLACES of SUBJECT`, for what was found. */
export function found(
  { manifests }: EvidenceGathering,
  names: readonly (readonly [string, BuiltBlob])[],
): string[] {
  const nameOf = (digest: string) => names.find(([, { digest: one }]) => one === digest)?.[0] ?? digest;
  return manifests.map(
    ({ digest, places, about }) => `${nameOf(digest)}: ${places.join(', ')} of ${nameOf(about)}`,
  );
}

export const codes = ({ gaps }: EvidenceGathering): string[] => gaps.map(({ code }) => code);
