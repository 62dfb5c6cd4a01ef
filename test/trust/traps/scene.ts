/** An image in a registry with its evidence, and a user who verifies it: sound as it is, and to be changed in one thing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { chooseTrust } from '../../../src/assess/trust-choice.ts';
import { verifyImage } from '../../../src/assess/verify-image.ts';
import type { Platform } from '../../../src/model/platform.ts';
import type { TrustReport } from '../../../src/model/trust-report.ts';
import type { Thresholds } from '../../../src/trust/material/material.ts';
import { commandLine, type Outcome } from '../../cli/command-line.ts';
import { BUNDLE, buildReferrer } from '../../images/evidence-builder.ts';
import type { BuiltRoot } from '../../images/image-builder.ts';
import { temporaryDirectory } from '../../images/temporary-directory.ts';
import { amd64 } from '../../registry/gathering.ts';
import {
  type MemoryRegistry,
  type MemoryRegistryOptions,
  startMemoryRegistry,
} from '../../registry/memory-registry.ts';
import { addImage } from '../../registry/memory-repository.ts';
import { impatience } from '../../registry/opening.ts';
import { deployment, NOW, statementAbout } from '../evidence.ts';
import { ANN, type BundleJson, type BundleRecipe, makeBundle } from '../services/bundles.ts';
import type { Sigstore, TrustedRootJson } from '../services/deployment.ts';

/** What is pushed beside the image, with the tag where one is given. */
export type Attached = BuiltRoot | readonly [BuiltRoot, tag: string];

/** Everything has a default, with which it is trusted: Ann signed the image, and the policy asks for her signature. */
export interface Scene {
  readonly image?: BuiltRoot;
  readonly repository?: string;
  readonly tag?: string;
  /** How the bundle is made that is attached by default. */
  readonly signing?: Partial<BundleRecipe>;
  /** Changes that bundle. */
  readonly bundle?: (bundle: BundleJson, sigstore: Sigstore) => void;
  /** Changes the text of that bundle. */
  readonly text?: (bundle: string) => string;
  /** What is attached in place of the bundle. */
  readonly attached?: (place: Place) => readonly Attached[];
  /** Changes the trust root. */
  readonly root?: (json: TrustedRootJson, sigstore: Sigstore) => void;
  readonly thresholds?: Partial<Thresholds>;
  /** Below its head; `HOST` stands for the registry. */
  readonly policy?: string;
  /** Files beside the policy. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly now?: Date;
  readonly registry?: MemoryRegistryOptions;
  readonly platform?: Platform;
}

/** Where evidence is made. */
export interface Place {
  readonly sigstore: Sigstore;
  /** Of the registry. */
  readonly host: string;
}

export const ANN_SIGNS = `
authorities: { ann: { certificate: { issuer: '${ANN.issuer}', san: '${ANN.subject.value}' } } }
rules: [{ repositories: ['HOST/acme/**'], require: [{ signature: { by: ann } }] }]`;

/** Ann must have attested a bill of materials. */
export const ANN_ATTESTS = ANN_SIGNS.replace(
  'signature: { by: ann }',
  'attestation: { by: ann, type: spdx }',
);

export const SPDX = 'https://spdx.dev/Document';

/** A scene that stands: a registry, and the files of the user. */
export interface Stage extends AsyncDisposable {
  readonly registry: MemoryRegistry;
  readonly reference: string;
  /** With the files of the user. */
  readonly directory: string;
}

export async function setStage(t: TestContext, scene: Scene): Promise<Stage> {
  const { image = amd64, repository = 'acme/app', tag = '1.4', policy = ANN_SIGNS, files = {} } = scene;
  const registry = await startMemoryRegistry(scene.registry);
  const { host } = registry;
  const sigstore = deployment();
  const held = registry.repository(repository);
  addImage(held, image, tag);
  for (const one of scene.attached?.({ sigstore, host }) ?? [bundleOf(sigstore, scene)]) {
    if ('digest' in one) addImage(held, one);
    else addImage(held, ...one);
  }
  const root = sigstore.trustedRoot();
  scene.root?.(root, sigstore);
  const directory = temporaryDirectory(t);
  const written = {
    ...files,
    'root.json': JSON.stringify(root),
    'policy.yaml': `schema: hallmark.trust-policy/1${policy.replaceAll('HOST', host)}\n`,
  };
  for (const [name, content] of Object.entries(written)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return {
    registry,
    directory,
    reference: `${host}/${repository}:${tag}`,
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

/** The bundle of a scene, attached to its image. */
export function bundleOf(
  sigstore: Sigstore,
  { image = amd64, signing = {}, bundle, text = (same) => same }: Scene,
): BuiltRoot {
  const statement = statementAbout(image.digest);
  const made = structuredClone(makeBundle(sigstore, { statement, ...signing }).bundle);
  bundle?.(made, sigstore);
  const content = Buffer.from(text(JSON.stringify(made)));
  return buildReferrer(image, { layers: [{ content, mediaType: BUNDLE }] });
}

/** Verifies as `hallmark verify` does, by its own pipeline. @param memory folder of what was seen before */
export async function verifyOn(
  { reference, directory }: Pick<Stage, 'reference' | 'directory'>,
  { thresholds = {}, now = NOW, platform }: Pick<Scene, 'thresholds' | 'now' | 'platform'> = {},
  memory: string | null = null,
): Promise<TrustReport> {
  const { material, policyFor } = await chooseTrust({
    policy: 'policy.yaml',
    keys: [],
    identity: null,
    attestations: [],
    provenance: null,
    maxAgeSeconds: null,
    needsLog: false,
    trustedRoots: ['acme=root.json'],
    environment: {},
    workingDirectory: directory,
  });
  return verifyImage(reference, {
    connection: { environment: {}, policy: impatience(), registry: { timeoutMs: 5_000 } },
    policyFor,
    material: {
      ...material,
      sigstore: material.sigstore.map((root) => ({
        ...root,
        thresholds: { ...root.thresholds, ...thresholds },
      })),
    },
    platform,
    memory,
    now: () => now.getTime(),
  });
}

export async function verifyScene(t: TestContext, scene: Scene): Promise<TrustReport> {
  await using stage = await setStage(t, scene);
  return await verifyOn(stage, scene);
}

/** What a command said, and the report that it wrote; null where it came to none. */
export interface CommandOutcome extends Outcome {
  readonly report: TrustReport | null;
}

/** The same on the command line, with what it prints on a terminal and the report. */
export async function verifyByCommand(
  t: TestContext,
  { reference, directory }: Pick<Stage, 'reference' | 'directory'>,
  { now = NOW }: Pick<Scene, 'now'> = {},
): Promise<CommandOutcome> {
  const file = join(directory, 'report.json');
  const outcome = await commandLine(t)(
    [
      'verify',
      '--quiet',
      '--no-memory',
      '--policy=policy.yaml',
      '--trusted-root=acme=root.json',
      `--format=json=${file}`,
      '--format=terminal',
      reference,
    ],
    { workingDirectory: directory, now: () => now.getTime() },
  );
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TrustReport) : null;
  return { ...outcome, report };
}
