/** What the tests of publishing stand on: a verifier that admits images in quarantine, and a publisher of the same programme. */
import { generateKeyPairSync } from 'node:crypto';
import type { Architecture } from '../../src/definitions/architectures.ts';
import type { BuildInputs } from '../../src/definitions/definition.ts';
import { parseDefinition } from '../../src/definitions/parse.ts';
import { ARCHITECTURES } from '../../src/definitions/architectures.ts';
import { type Gates, openGates } from '../../src/library/admission/gates.ts';
import { nameEvidence, type EvidenceDocument } from '../../src/library/admission/evidence-artifact.ts';
import type { Admission } from '../../src/library/admission/admission.ts';
import { quarantineReference, quarantineTag } from '../../src/library/admission/quarantine-reference.ts';
import { signAdmission, verifierId } from '../../src/library/admission/sign-admission.ts';
import type { BuildId, RecipeId } from '../../src/library/builds/build.ts';
import { LibraryError } from '../../src/library/errors.ts';
import type { BrokenRepository, Repository, RepositoryRules } from '../../src/library/programme/programme.ts';
import { defaultSettings } from '../../src/library/programme/read-settings.ts';
import type { PlannedPublication, PublicationMember } from '../../src/library/publishing/publication-plan.ts';
import { createPublisher, type Publisher } from '../../src/library/publishing/publisher.ts';
import type { ReadSource } from '../../src/library/sources/read-source.ts';
import { type Digest, digestHex } from '../../src/model/digest.ts';
import { isManifestMediaType } from '../../src/oci/manifest.ts';
import type { ConnectionOptions } from '../../src/oci/registry/connection.ts';
import type { ImageWriter } from '../../src/oci/store/image-store.ts';
import { openRegistryWriter } from '../../src/oci/store/registry-writer.ts';
import { parsePrivateKey } from '../../src/signing/keys/private-key.ts';
import type { SigningKey } from '../../src/signing/keys/signing-key.ts';
import { buildImage, buildLayer, type BuiltImage } from '../images/image-builder.ts';
import { INPUTS, examined } from './examined.ts';
import { impatience } from '../registry/opening.ts';

/** Of a programme that says nothing else. */
export const GATES = openGates(defaultSettings('/programme'));

export const NOW = new Date('2026-11-21T12:00:00Z');

export function newPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function keyOf(pem: string): Promise<SigningKey> {
  return parsePrivateKey(pem, 'key', async () => null);
}

/** A programme with its registry and the keys of its roles. */
export interface PublishingScene {
  readonly host: string;
  readonly settings: {
    readonly registry: {
      readonly quarantine: string;
      readonly public: string;
      readonly plainHttp: true;
      readonly mirrors: {};
    };
    readonly attestationsInIndex: boolean;
    readonly rules: RepositoryRules;
    readonly repositoryRules: {};
    readonly gates: Gates;
  };
  readonly verifierKey: SigningKey;
  readonly publisherKey: SigningKey;
  /** The private key, for what opens it itself. */
  readonly publisherPem: string;
  readonly connection: ConnectionOptions;
}

export async function publishingScene(host: string, attestationsInIndex = false): Promise<PublishingScene> {
  const publisherPem = newPem();
  return {
    host,
    publisherPem,
    settings: {
      registry: { quarantine: `${host}/quarantine`, public: `${host}/library`, plainHttp: true, mirrors: {} },
      attestationsInIndex,
      rules: defaultSettings('/programme').rules,
      repositoryRules: {},
      gates: GATES,
    },
    verifierKey: await keyOf(newPem()),
    publisherKey: await keyOf(publisherPem),
    connection: { environment: {}, policy: impatience() },
  };
}

/** @param readSource what commits hold; default: nobody has any */
export function publisherOf(
  { settings, verifierKey, publisherKey, connection }: PublishingScene,
  readSource: ReadSource = noCommits,
): Publisher {
  return createPublisher(settings, {
    key: publisherKey,
    verifier: {
      verifierId: verifierId('test'),
      key: { key: verifierKey.publicKey, id: verifierKey.id },
    },
    readSource,
    now: () => NOW,
    connection,
  });
}

const noCommits: ReadSource = ({ gitCommit, gitRepo }) => {
  const message = `commit ${gitCommit} of ${gitRepo} has not been fetched`;
  return Promise.reject(new LibraryError('COMMIT_NOT_FOUND', message, { subject: gitCommit }));
};

/** Definitions of repositories by the tags of their entries, all of which are built from one place. */
export function definedAs(
  scene: PublishingScene,
  repositories: Readonly<Record<string, readonly string[]>>,
  inputs: BuildInputs = INPUTS,
) {
  const definitions = Object.entries(repositories).map(([name, entries]): [string, Repository] => {
    const head = `Maintainers: Ann Author (@ann)\nGitRepo: ${inputs.gitRepo}\nGitCommit: ${inputs.gitCommit}\nDirectory: ${inputs.directory}\nArchitectures: amd64, arm64v8\n`;
    const text = [head, ...entries.map((tags) => `Tags: ${tags}\n`)].join('\n');
    return [name, { name, file: name, definition: parseDefinition(text, { name }) }];
  });
  return {
    settings: { ...defaultSettings('/programme'), ...scene.settings },
    repositories: new Map(definitions),
    broken: [] as readonly BrokenRepository[],
  };
}

export interface AdmittedRecipe {
  readonly architecture: Architecture;
  /** A letter or digit of hexadecimal, of which the content and, where it is not given, the identity are made. */
  readonly id: string;
  readonly buildId?: BuildId;
  /** What it was built from, by definitions and verifier alike; default: {@link INPUTS}. */
  readonly inputs?: BuildInputs;
  /** Of which architecture the image is, where that is another one. */
  readonly isReally?: Architecture;
  readonly generation?: number;
  /** Versions of packages by name. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Types of the evidence; default: all that the verifier makes. */
  readonly evidence?: readonly string[];
  /** What the provenance says of the build's log. */
  readonly log?: Digest;
  readonly signedBy?: SigningKey;
  /** Which it passed; default: that of now. */
  readonly gate?: Digest;
  /** What the verifier signs differently from what is there. */
  readonly claims?: Partial<Admission>;
}

/** Puts an image into quarantine, and the verifier's evidence and summary beside it. */
export async function admit(scene: PublishingScene, recipe: AdmittedRecipe): Promise<PublicationMember> {
  const { architecture, id, generation = 1, packages = { libc6: '2.41' } } = recipe;
  const { inputs = INPUTS, claims = {} } = recipe;
  const buildId = recipe.buildId ?? (id.repeat(64) as BuildId);
  const place = { architecture, buildId, generation };
  const reference = quarantineReference(`${scene.host}/quarantine`, place);
  const { platform } = ARCHITECTURES[recipe.isReally ?? architecture];
  const layer = buildLayer([{ path: 'etc/packages', content: JSON.stringify([id, generation, packages]) }]);
  const image = buildImage({
    layers: [layer],
    platform,
    annotations: { 'org.opencontainers.image.version': id, 'org.example.other': 'left out' },
  });
  const documents = evidenceAbout(packages, recipe.log).filter(
    ({ predicateType }) => recipe.evidence?.includes(predicateType) ?? true,
  );
  const admission: Admission = {
    ...place,
    recipeId: 'c'.repeat(64) as RecipeId,
    source: examined('app', inputs),
    reference,
    digest: image.digest,
    verdict: 'admitted',
    checks: [],
    evidence: documents.map(nameEvidence),
    findings: null,
    gate: recipe.gate ?? GATES('app'),
    at: '2026-11-21T11:59:00Z',
    ...claims,
  };
  const writer = openRegistryWriter(reference, scene.connection);
  try {
    await push(writer, image, quarantineTag(place));
    await signAdmission(writer, admission, documents, {
      key: recipe.signedBy ?? scene.verifierKey,
      verifierId: verifierId('test'),
      version: '0.0.0',
      gate: recipe.gate ?? GATES('app'),
      now: () => NOW,
    });
  } finally {
    await writer.close();
  }
  const { sourceId } = admission.source;
  const reasons = [{ kind: 'new' }] as const;
  return { ...place, digest: image.digest, sourceId, reasons, admission, inputs: [inputs] };
}

function evidenceAbout(
  packages: Readonly<Record<string, string>>,
  log: Digest | undefined,
): readonly EvidenceDocument[] {
  const byproducts = log === undefined ? [] : [{ name: 'log', digest: { sha256: digestHex(log) } }];
  const components = Object.entries(packages).map(([name, version]) => ({
    type: 'library',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${version}`,
  }));
  const documents = {
    'https://cyclonedx.org/bom': { bomFormat: 'CycloneDX', specVersion: '1.6', components },
    'https://spdx.dev/Document': {
      spdxVersion: 'SPDX-2.3',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'image',
      packages: [],
    },
    'https://slsa.dev/provenance/v1': {
      buildDefinition: { buildType: 'https://example.org/build', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.org/builder' }, byproducts },
    },
  };
  return Object.entries(documents).map(([predicateType, value]) => ({
    predicateType,
    bytes: Buffer.from(JSON.stringify(value)),
  }));
}

async function push(writer: ImageWriter, image: BuiltImage, tag: string): Promise<void> {
  for (const { mediaType, digest, bytes } of image.blobs.values()) {
    if (isManifestMediaType(mediaType)) continue;
    await writer.writeBlob({ mediaType, digest, sizeBytes: bytes.length }, async function* () {
      yield bytes;
    });
  }
  await writer.writeManifest(image, { tag });
}

export function planned(
  repository: string,
  tags: readonly string[],
  members: PlannedPublication['members'],
  more: Partial<PlannedPublication> = {},
): PlannedPublication {
  return { repository, tags, isShared: false, dated: [], members, missing: [], lost: [], ...more };
}
