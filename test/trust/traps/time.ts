/** When something was signed, by whose word; and trust roots and keys that change with time. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseTrustRoot } from '../../../src/trust/material/choose-trust-root.ts';
import type { AskMirror } from '../../../src/trust/tuf/mirror-fetcher.ts';
import { refreshTrustRoot } from '../../../src/trust/tuf/refresh-trust-root.ts';
import { verifyImage } from '../../../src/assess/verify-image.ts';
import type { TrustReport } from '../../../src/model/trust-report.ts';
import { BUNDLE, buildReferrer } from '../../images/evidence-builder.ts';
import { temporaryDirectory } from '../../images/temporary-directory.ts';
import { amd64 } from '../../registry/gathering.ts';
import { startMemoryRegistry } from '../../registry/memory-registry.ts';
import { addImage } from '../../registry/memory-repository.ts';
import { impatience } from '../../registry/opening.ts';
import { deployment, NOW, statementAbout } from '../evidence.ts';
import { policyOf } from '../policy/facts.ts';
import { makeBundle } from '../services/bundles.ts';
import { ecKeyPair } from '../services/certificate.ts';
import type { Sigstore } from '../services/deployment.ts';
import { type Files, makePlan, makeRepository, next, type RepositoryPlan } from '../tuf/make-repository.ts';
import { minutes, setTimestamp } from './changes.ts';
import { ANN_SIGNS, type Scene, setStage, verifyOn } from './scene.ts';
import { changing, doesNotHold, type ImageTrap, type TrapTable } from './trap.ts';

const VERSION_2: Scene = { signing: { logs: [2] } };

const keys = ecKeyPair();

/** A key signs, with an entry in a log unless there are others; its authority is further described. */
const byKey = (window: string, logs: readonly 1[] = [1]): Scene => ({
  signing: { signer: { kind: 'key', keys }, logs },
  files: { 'release.pub': keys.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  policy: `
authorities: { release: { key: release.pub${window} } }
rules: [{ repositories: ['HOST/acme/**'], require: [{ signature: { by: release } }] }]`,
});

const at = (offset: number): string => minutes(offset).toISOString();

/** The same user with the same memory; in between, the policy learns of a compromise. */
const outlivingRevocation: ImageTrap['verify'] = async (t) => {
  await using stage = await setStage(t, byKey(''));
  const memory = temporaryDirectory(t);
  const sound = await verifyOn(stage, {}, memory);
  const { policy = '' } = byKey(`, distrust: '${at(-1)}'`);
  const text = `schema: hallmark.trust-policy/1${policy.replaceAll('HOST', stage.registry.host)}\n`;
  writeFileSync(join(stage.directory, 'policy.yaml'), text);
  return { sound, trapped: await verifyOn(stage, {}, memory) };
};

const MIRROR = new URL('https://tuf.example/repository');

const serve =
  (files: Files): AskMirror =>
  async (url) => {
    const content = files.get(url.href.slice(MIRROR.href.length + 1));
    return content === undefined ? { status: 404, body: pieces() } : { status: 200, body: pieces(content) };
  };

async function* pieces(...content: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* content;
}

const planFor = (sigstore: Sigstore): RepositoryPlan =>
  makePlan({ 'trusted_root.json': Buffer.from(JSON.stringify(sigstore.trustedRoot())) });

const update = (dataDirectory: string, initialRoot: Uint8Array, files: Files, now: Date) =>
  refreshTrustRoot({
    dataDirectory,
    name: 'acme',
    mirror: MIRROR,
    initialRoot,
    ask: serve(files),
    now,
    signal: new AbortController().signal,
  });

/** An image that a deployment signed, verified with what is in the data folder, without any other trust. */
async function verifyFetched(sigstore: Sigstore, dataDirectory: string, now: Date): Promise<TrustReport> {
  await using registry = await startMemoryRegistry();
  const { bundle } = makeBundle(sigstore, { statement: statementAbout(amd64.digest) });
  addImage(registry.repository('acme/app'), amd64, '1');
  addImage(
    registry.repository('acme/app'),
    buildReferrer(amd64, { layers: [{ content: bundle, mediaType: BUNDLE }] }),
  );
  return await verifyImage(`${registry.host}/acme/app:1`, {
    connection: { environment: {}, policy: impatience() },
    policyFor: () => policyOf(ANN_SIGNS.replaceAll('HOST', registry.host)),
    material: { sigstore: chooseTrustRoot({ dataDirectory }), keys: [], stores: [] },
    memory: null,
    now: () => now.getTime(),
  });
}

const DAY = 24 * 60;

/** The timestamp of the repository has expired, and there is no network to fetch another one. */
const expiredOffline: ImageTrap['verify'] = async (t) => {
  const sigstore = deployment();
  const dataDirectory = temporaryDirectory(t);
  const plan = planFor(sigstore);
  const files = makeRepository({ ...plan, expires: { ...plan.expires, timestamp: at(7 * DAY) } });
  await update(dataDirectory, files.get('1.root.json') ?? Buffer.alloc(0), files, NOW);
  return {
    sound: await verifyFetched(sigstore, dataDirectory, minutes(1)),
    trapped: await verifyFetched(sigstore, dataDirectory, minutes(8 * DAY)),
  };
};

/** The mirror serves another repository, with a trust root of whoever runs it; the update fails, and nothing of it is taken. */
const failingOpen: ImageTrap['verify'] = async (t) => {
  const sigstore = deployment();
  const dataDirectory = temporaryDirectory(t);
  const files = makeRepository(planFor(sigstore));
  const initial = files.get('1.root.json') ?? Buffer.alloc(0);
  await update(dataDirectory, initial, files, NOW);
  const sound = await verifyFetched(sigstore, dataDirectory, minutes(1));
  const evil = deployment();
  const served = makeRepository(next(planFor(evil), 'root', 'timestamp', 'snapshot', 'targets'));
  await assert.rejects(update(dataDirectory, initial, served, minutes(1)), { code: 'TRUST_ROOT_REFUSED' });
  return { sound, trapped: await verifyFetched(evil, dataDirectory, minutes(1)) };
};

export const TIME: TrapTable = {
  area: 'time and trust root',
  traps: [
    {
      name: 'Rekor v2 without TSA',
      change: 'the timestamp is left out; a log of version 2 knows no time',
      ...doesNotHold('time.sources', /expected verified times of 1 parties, got 0/),
      verify: changing(VERSION_2, {
        bundle: ({ verificationMaterial }) => void delete verificationMaterial.timestampVerificationData,
      }),
    },
    {
      name: 'TSA token over the wrong bytes',
      change: "the authority's token is about what was signed, not about the signature",
      ...doesNotHold('time.authority', /over other bytes/),
      verify: changing(VERSION_2, {
        bundle: (bundle, { timestamps }) => setTimestamp(bundle, timestamps.timestamp(amd64.bytes)),
      }),
    },
    {
      name: 'TSA certificate embedded but not in the trust root',
      change: "a stranger's authority stamped the signature, and its certificate comes along",
      ...doesNotHold('time.authority', /does not name/),
      verify: changing(VERSION_2, {
        bundle: (bundle) => {
          const [signature] = bundle.dsseEnvelope?.signatures ?? [];
          const signed = Buffer.from(signature?.sig ?? '', 'base64');
          setTimestamp(bundle, deployment().timestamps.timestamp(signed));
        },
      }),
    },
    {
      name: 'trust-root windows (inclusive ends: log)',
      change: 'the log was trusted until the second before, not until that very second',
      ...doesNotHold('log.checkpoint', /was not trusted at/),
      verify: changing(
        { ...VERSION_2, root: ({ tlogs }) => tlogs.forEach((log) => (log.publicKey.validFor.end = at(0))) },
        {
          root: ({ tlogs }) => tlogs.forEach((log) => (log.publicKey.validFor.end = at(-1 / 60))),
        },
      ),
    },
    {
      name: 'trust-root windows (inclusive ends: timestamp authority)',
      change: 'the authority was trusted until the second before',
      ...doesNotHold('time.authority', /was not trusted/),
      verify: changing(
        {
          ...VERSION_2,
          root: ({ timestampAuthorities: all }) => all.forEach((one) => (one.validFor.end = at(0))),
        },
        { root: ({ timestampAuthorities: all }) => all.forEach((one) => (one.validFor.end = at(-1 / 60))) },
      ),
    },
    {
      name: 'trust-root windows (inclusive ends: start)',
      change: 'the certificate authority is trusted from the second after, not from that very second',
      ...doesNotHold('certificate.chain', /does not chain/),
      verify: changing(
        { root: ({ certificateAuthorities: all }) => all.forEach((one) => (one.validFor.start = at(0))) },
        {
          root: ({ certificateAuthorities: all }) => all.forEach((one) => (one.validFor.start = at(1 / 60))),
        },
      ),
    },
    {
      name: 'trust-root windows (missing start)',
      change: 'a log of the trust root has no time from which it counts',
      error: 'TRUSTED_ROOT_INVALID',
      because: /start/,
      prepare: async (t) => {
        await using sound = await setStage(t, {});
        assert.equal((await verifyOn(sound)).verdict, 'trusted');
        const without = await setStage(t, {
          root: ({ tlogs }) => tlogs.forEach((log) => delete log.publicKey.validFor.start),
        });
        t.after(() => without[Symbol.asyncDispose]());
        return () => verifyOn(without);
      },
    },
    {
      name: 'expired TUF timestamp offline',
      change:
        'the timestamp of the trust root expired a day ago, and there is no network: told, and no reason to distrust',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: null,
      because: /everything that the rule/,
      verify: expiredOffline,
      also: ({ freshness, notChecked }) => {
        const acme = freshness.trustRoots.find(({ name }) => name === 'acme');
        assert.deepEqual([acme?.ageDays, acme?.expires], [8, at(7 * DAY)]);
        const current = notChecked.filter(({ id }) => id === 'root.current');
        assert.match(current.map(({ reason }) => reason).join('\n'), /acme .* expired/);
      },
    },
    {
      name: 'trust-root refresh failing open',
      change:
        "the mirror serves a stranger's trust root; the update is refused, and the stranger's signature too",
      ...doesNotHold('time.log', /does not name/),
      verify: failingOpen,
    },
    {
      name: 'clock skew',
      change: "the time of the timestamp is six minutes ahead of the user's clock; four are let pass",
      ...doesNotHold('time.authority', /in the future/),
      verify: changing(
        { signing: { logs: [2], timestamps: [{ at: minutes(4) }] } },
        { signing: { logs: [2], timestamps: [{ at: minutes(6) }] } },
      ),
    },
    {
      name: 'cached verdict outliving revocation',
      change: 'between two verifications the policy learns that the key was stolen before it signed',
      ...doesNotHold('key.validity', /is distrusted from/),
      verify: outlivingRevocation,
    },
    {
      name: 'signature by a revoked or rotated key before or after the time of compromise (after)',
      change: 'the key was compromised a minute before it signed, not a minute after',
      ...doesNotHold('key.validity', /is distrusted from/),
      verify: changing(byKey(`, distrust: '${at(1)}'`), byKey(`, distrust: '${at(-1)}'`)),
    },
    {
      name: 'signature by a revoked or rotated key before or after the time of compromise (nobody knows when)',
      change:
        'the entry in the log, which proved that the signature is older than the compromise, is left out',
      ...doesNotHold('key.validity', /without a verified time/),
      verify: changing(
        { ...byKey(`, distrust: '${at(1)}'`), now: minutes(2) },
        { signing: { signer: { kind: 'key', keys }, logs: [] } },
      ),
    },
    {
      name: 'signature by a revoked or rotated key before or after the time of compromise (rotated)',
      change: 'the key was replaced a minute before it signed, not a minute after',
      ...doesNotHold('key.validity', /counted until/),
      verify: changing(byKey(`, to: '${at(1)}'`), byKey(`, to: '${at(-1)}'`)),
    },
  ],
};
