/** A publisher that is killed before any of its writes: what the public sees then, and what there is when it was started again. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import {
  admit,
  definedAs,
  NOW,
  planned,
  publisherOf,
  type PublishingScene,
  publishingScene,
} from '../../../test/library/publishing.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { missingContent, referrersOf } from '../../../test/registry/memory-repository.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import type { ImageWriter, NewManifest } from '../../oci/store/image-store.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import { PROVENANCE_TYPE } from '../admission/provenance.ts';
import { TAG_TYPE } from '../../trust/statements/predicate-types.ts';
import { dayOf } from '../ledger/dated-name.ts';
import type { LedgerEvent } from '../ledger/entry.ts';
import { verifyLedger } from '../ledger/ledger-chain.ts';
import { tagStates } from '../ledger/tag-states.ts';
import { attachBuildLog } from '../logs/build-log-artifact.ts';
import { openState } from '../state/open-state.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import type { PublicationPlan } from './publication-plan.ts';
import { publish, resumePublications } from './publish.ts';
import type { Publisher } from './publisher.ts';

/** Not an error of ours: nothing catches it, as nothing catches SIGKILL. */
class Killed extends Error {}

/** Counts writes, and dies before one of them. */
function mortal(dieBefore: number) {
  let writes = 0;
  const guard =
    <A extends readonly unknown[], R>(write: (...given: A) => R) =>
    (...given: A): R => {
      writes += 1;
      if (writes > dieBefore) throw new Killed();
      return write(...given);
    };
  return {
    writes: () => writes,
    writer: (writer: ImageWriter): ImageWriter => ({
      ...writer,
      writeBlob: guard(async (...given) => writer.writeBlob(...given)),
      mountBlob: guard(async (...given) => (await writer.mountBlob?.(...given)) ?? false),
      writeManifest: guard(async (...given) => writer.writeManifest(...given)),
      attach: guard(async (...given) => writer.attach(...given)),
      async attachAll(manifests, signal) {
        // between any two of them, and before they are listed
        const write = guard(async (one: NewManifest) => writer.writeManifest(one, {}, signal));
        for (const one of manifests) await write(one);
        await guard(() => writer.attachAll(manifests, signal))();
      },
    }),
    state: (state: ProgrammeState): ProgrammeState => ({
      ...state,
      beginPublication: guard((intent) => state.beginPublication(intent)),
      completePublication: guard((...given) => state.completePublication(...given)),
      withdrawPublication: guard((id) => state.withdrawPublication(id)),
    }),
  };
}

function withWriters(publisher: Publisher, wrap: (writer: ImageWriter) => ImageWriter): Publisher {
  return { ...publisher, repository: (name) => wrap(publisher.repository(name)) };
}

/** Both tags get a name that never moves. */
const NAMED = ['2', 'latest'].map((tag) => ({ tag, day: dayOf(NOW), number: 1 }));

interface Setting {
  readonly registry: MemoryRegistry;
  readonly scene: PublishingScene;
  /** The image that has a log. */
  readonly logged: Digest;
  readonly plan: Pick<PublicationPlan, 'ready' | 'retired'>;
}

/** Two images for new tags, one of which has a log, and an old one whose tag is to be retired. */
async function prepare(registry: MemoryRegistry, state: ProgrammeState): Promise<Setting> {
  const scene = await publishingScene(registry.host);
  const evidence = ['https://cyclonedx.org/bom'];
  const old = await admit(scene, { architecture: 'amd64', id: 'a', evidence });
  const publisher = publisherOf(scene);
  const ready = [planned('app', ['1'], [old])];
  const { entries } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
  const digest = entries[0]?.event.digest;
  assert.ok(digest !== undefined);
  const amd64 = await admit(scene, { architecture: 'amd64', id: 'b', evidence });
  const log = Buffer.from('Step 1/2 : FROM scratch');
  const arm64 = await admit(scene, {
    architecture: 'arm64v8',
    id: 'c',
    evidence: [...evidence, PROVENANCE_TYPE],
    log: digestOf(log),
  });
  const quarantine = openRegistryWriter(`${scene.settings.registry.quarantine}/arm64v8`, scene.connection);
  await attachBuildLog(quarantine, arm64.digest, log);
  await Promise.all([publisher.close(), quarantine.close()]);
  return {
    registry,
    scene,
    logged: arm64.digest,
    plan: {
      ready: [planned('app', ['2', 'latest'], [amd64, arm64], { dated: NAMED })],
      retired: [{ repository: 'app', tags: ['1'], digest, successor: 'latest' }],
    },
  };
}

/** Whoever meets a tag finds all that it leads to, signed and attested; and it is written down what the tag is. */
function assertSound({ registry, logged }: Setting, state: ProgrammeState): void {
  const repository = registry.repository('library/app');
  const told = new Map(
    [...(tagStates(state.ledger()).get('app') ?? [])].map(([tag, { digest }]) => [tag, digest]),
  );
  for (const { event } of state.ledger()) for (const name of datedIn(event)) told.set(name, event.digest);
  for (const { event } of state.pendingPublications()) {
    for (const tag of [...event.tags, ...datedIn(event)])
      if (repository.tags.get(tag) === event.digest) told.set(tag, event.digest);
  }
  for (const [tag, digest] of repository.tags) {
    assert.equal(told.get(tag), digest, `nothing is written down of ${tag}`);
    const index = repository.manifests.get(digest);
    assert.ok(index !== undefined);
    assert.deepEqual(missingContent(repository, index), []);
    const said = referrersOf(repository, digest, null).map(typeOf);
    // the one that was there before is of a time when nothing was signed of tags
    assert.ok(said.length > 0);
    assert.equal(said.includes(TAG_TYPE), tag !== '1', tag);
    const { manifests } = JSON.parse(index.bytes.toString()) as { manifests: { digest: string }[] };
    for (const one of manifests) {
      const image = repository.manifests.get(one.digest);
      assert.ok(image !== undefined);
      assert.deepEqual(missingContent(repository, image), []);
      assert.equal(referrersOf(repository, one.digest, null).length, one.digest === logged ? 5 : 3);
    }
  }
  verifyLedger(state.ledger());
}

const datedIn = (event: LedgerEvent) => (event.kind === 'published' ? (event.dated ?? []) : []);

/** All but signatures, which are other bytes each time. */
function summary({ registry }: Setting, state: ProgrammeState): unknown {
  const repository = registry.repository('library/app');
  const attached = [...repository.manifests.keys()].sort().flatMap((digest) => {
    const found = referrersOf(repository, digest, null).map(typeOf);
    return found.length === 0 ? [] : [[digest, found.sort()]];
  });
  return {
    tags: Object.fromEntries(repository.tags),
    attached,
    ledger: [...state.ledger()].map(({ event }) => {
      const { kind, tags, digest } = event;
      return { kind, tags, dated: datedIn(event), digest };
    }),
    pending: state.pendingPublications().length,
  };
}

function typeOf(referrer: object): string {
  const { artifactType, annotations = {} } = referrer as {
    artifactType: string;
    annotations?: Record<string, string>;
  };
  return annotations['dev.sigstore.bundle.predicateType'] ?? artifactType;
}

/** The public repository as it was when this was called. */
function restorer({ registry }: Setting): () => void {
  const { blobs, manifests, tags } = registry.repository('library/app');
  const before = { blobs: new Map(blobs), manifests: new Map(manifests), tags: new Map(tags) };
  return () => {
    restore(blobs, before.blobs);
    restore(manifests, before.manifests);
    restore(tags, before.tags);
  };
}

function restore<K, V>(map: Map<K, V>, before: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of before) map.set(key, value);
}

test('killed before any write it leaves nothing half, and what follows is as if it had not been', async (t) => {
  await using registry = await startMemoryRegistry();
  const folder = temporaryDirectory(t);
  const prepared = openState(join(folder, 'prepared'));
  const setting = await prepare(registry, prepared);
  prepared.close();
  const { scene, plan } = setting;
  const { settings, ...programme } = definedAs(scene, { app: ['2, latest'] });
  const rules = { ...settings.rules, datedTags: 'all' as const, tagValidity: 14 * 86_400 };
  const signing = { ...scene.settings, rules };
  const defined = { ...programme, settings: { ...settings, rules } };
  const begin = restorer(setting);
  let expected: unknown = null;
  let writes = Infinity;
  // the first time it lives, and its writes are counted
  for (let dieBefore = -1; dieBefore < writes; dieBefore += 1) {
    const name = `killed before write ${dieBefore + 1} of ${writes}`;
    begin();
    cpSync(join(folder, 'prepared'), join(folder, String(dieBefore)), { recursive: true });
    const state = openState(join(folder, String(dieBefore)));
    const life = mortal(dieBefore === -1 ? Infinity : dieBefore);
    const publisher = publisherOf(scene);
    const run = publish(signing, life.state(state), plan, withWriters(publisher, life.writer));
    if (dieBefore === -1) {
      assert.deepEqual((await run).problems, []);
      expected = summary(setting, state);
      writes = life.writes();
    } else {
      await assert.rejects(run, Killed, name);
    }
    assertSound(setting, state);
    const resumed = await resumePublications(defined, state, publisher);
    assert.deepEqual(resumed.problems, [], name);
    assertSound(setting, state);
    const done = new Set([...state.ledger()].slice(1).flatMap(({ event }) => event.tags));
    const isLeft = ({ tags }: { readonly tags: readonly string[] }) => !tags.every((tag) => done.has(tag));
    const rest = { ready: plan.ready.filter(isLeft), retired: plan.retired.filter(isLeft) };
    assert.deepEqual((await publish(signing, state, rest, publisher)).problems, [], name);
    assert.deepEqual(summary(setting, state), expected, name);
    await publisher.close();
    state.close();
  }
  assert.ok(writes > 30, `${writes} writes`);
  assert.match(JSON.stringify(expected), /urn:hallmark:tag-state:v1/);
  assert.match(JSON.stringify(expected), /"2-20261121":"sha256:.*"dated":\["2-20261121","latest-20261121"\]/);
});
