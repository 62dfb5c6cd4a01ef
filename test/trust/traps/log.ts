/** Transparency logs: the entry must be there, in the log that it names, at that time, and about this very signature. */
import { buildReferrer } from '../../images/evidence-builder.ts';
import { amd64, arm64, tagOf } from '../../registry/gathering.ts';
import { statementAbout } from '../evidence.ts';
import { type BundleJson, type BundleRecipe, makeBundle, toVerifier, WORKFLOW } from '../services/bundles.ts';
import { type CosignLayer, cosignSignature } from '../services/cosign-layers.ts';
import type { Sigstore, TrustedRootJson } from '../services/deployment.ts';
import { hashedRekord } from '../services/log-bodies.ts';
import { sha256 } from '../services/sha256.ts';
import { entryOf, minutes, proofOf } from './changes.ts';
import type { Attached, Place, Scene } from './scene.ts';
import { changing, doesNotHold, type TrapTable } from './trap.ts';

/** In a log of version 2, with a timestamp. */
const VERSION_2: Scene = { signing: { logs: [2] } };

/** What the same signer signed about another image. */
const another = (sigstore: Sigstore, recipe: Partial<BundleRecipe> = {}): BundleJson =>
  makeBundle(sigstore, { statement: statementAbout(arm64.digest), ...recipe }).bundle;

const older =
  (change: (layer: CosignLayer, place: Place) => void = () => {}) =>
  (place: Place): readonly Attached[] => {
    const { sigstore, host } = place;
    const layer = cosignSignature(sigstore, { digest: amd64.digest, reference: `${host}/acme/app` });
    change(layer, place);
    const recipe = { layers: [layer], artifactType: null, subject: null };
    return [[buildReferrer(amd64, recipe), tagOf(amd64, '.sig')]];
  };
const ENTRY = 'dev.sigstore.cosign/bundle';

const operators =
  (nameOf: (index: number) => string) =>
  ({ tlogs }: TrustedRootJson): void => {
    for (const [index, log] of tlogs.entries()) log.operator = nameOf(index);
  };

export const LOG: TrapTable = {
  area: 'log',
  traps: [
    {
      name: 'any log entry accepted',
      change: 'the entry is that of another signature of the same signer',
      ...doesNotHold('log.body', /another signature/),
      verify: changing(
        {},
        {
          bundle: ({ verificationMaterial }, sigstore) => {
            verificationMaterial.tlogEntries = another(sigstore).verificationMaterial.tlogEntries;
          },
        },
      ),
    },
    {
      name: "any log entry accepted (cosign's older form: CVE-2022-36056, GHSA-whqx-f9j3-ch6m)",
      change: 'the annotation has the entry of another signature',
      ...doesNotHold('log.body', /another signature/),
      verify: changing(
        { attached: older() },
        {
          attached: older(({ annotations }, { sigstore, host }) => {
            const other = cosignSignature(sigstore, { digest: arm64.digest, reference: `${host}/acme/app` });
            annotations[ENTRY] = other.annotations[ENTRY] ?? '';
          }),
        },
      ),
    },
    {
      name: 'certificate in the log ≠ certificate in the bundle',
      change: 'the log has the signature with a certificate of somebody else for the same key',
      ...doesNotHold('log.body', /another certificate/),
      verify: changing(
        {},
        {
          bundle: (bundle, sigstore) => {
            const made = makeBundle(sigstore, { statement: statementAbout(amd64.digest), logs: [] });
            const other = sigstore.authority.issue(made.keys.publicKey, WORKFLOW);
            const verifier = toVerifier(made.keys.publicKey, other);
            const body = hashedRekord(made.signature, sha256(made.signed), verifier);
            Object.assign(bundle, structuredClone(made.bundle));
            bundle.verificationMaterial.tlogEntries = [sigstore.logs[1].append(body)];
          },
        },
      ),
    },
    {
      name: 'SET or inclusion proof for a different body (SET)',
      change: 'the promise of the log is for another body',
      ...doesNotHold('time.log', /promise does not hold/),
      verify: changing(
        { signing: { inclusion: 'promise', version: '0.1' } },
        {
          bundle: (bundle, sigstore) => {
            entryOf(bundle).canonicalizedBody = entryOf(another(sigstore)).canonicalizedBody;
          },
        },
      ),
    },
    {
      name: 'SET or inclusion proof for a different body (proof)',
      change: 'the proof of the log is for another body',
      ...doesNotHold('log.inclusion', /root hash does not match/),
      verify: changing(VERSION_2, {
        bundle: (bundle, sigstore) => {
          entryOf(bundle).canonicalizedBody = entryOf(another(sigstore, { logs: [2] })).canonicalizedBody;
        },
      }),
    },
    {
      name: 'checkpoint from another log or origin (log)',
      change: 'the checkpoint is one of another trusted log',
      ...doesNotHold('log.checkpoint', /expected a checkpoint of /),
      verify: changing(
        {},
        {
          bundle: (bundle, sigstore) => {
            proofOf(bundle).checkpoint = proofOf(another(sigstore, { logs: [2] })).checkpoint;
          },
        },
      ),
    },
    {
      name: 'checkpoint from another log or origin (origin)',
      change: "the log's key signed the checkpoint under the name of another log",
      ...doesNotHold('log.checkpoint', /expected a checkpoint of /),
      verify: changing(VERSION_2, {
        root: ({ tlogs }) => {
          for (const log of tlogs) log.baseUrl = log.baseUrl.replace('log2.', 'other.');
        },
      }),
    },
    {
      name: 'checkpoint from another log or origin (tree)',
      change: 'the checkpoint is of the log as it was an entry later',
      ...doesNotHold('log.checkpoint', /size or root differ/),
      verify: changing(
        {},
        {
          bundle: (bundle, sigstore) => {
            proofOf(bundle).checkpoint = proofOf(another(sigstore)).checkpoint;
          },
        },
      ),
    },
    {
      name: 'proof index and global index confused',
      change: 'the proof has the number that the entry has in all shards of the log',
      ...doesNotHold('log.inclusion', /invalid index/),
      verify: changing(
        {},
        { bundle: (bundle) => void (proofOf(bundle).logIndex = entryOf(bundle).logIndex) },
      ),
    },
    {
      name: 'integratedTime in the future or outside the certificate (future)',
      change: "the user's clock is six minutes before the time of the log",
      ...doesNotHold('time.log', /in the future/),
      verify: changing({}, { now: minutes(-6) }),
    },
    {
      name: 'integratedTime in the future or outside the certificate (after it)',
      change: 'the certificate ended a minute before the log saw the signature',
      ...doesNotHold('certificate.chain', /was used at/),
      verify: changing(
        {},
        { signing: { signer: { kind: 'certificate', options: { notBefore: minutes(-11) } } } },
      ),
    },
    {
      name: 'integratedTime in the future or outside the certificate (before it)',
      change: 'the certificate begins a minute after the log saw the signature',
      ...doesNotHold('certificate.chain', /was used at/),
      verify: changing(
        {},
        { signing: { signer: { kind: 'certificate', options: { notBefore: minutes(1) } } } },
      ),
    },
    {
      name: 'integratedTime in the future or outside the certificate (changed)',
      change: "the time was set to one within the certificate, which the log's promise does not cover",
      ...doesNotHold('time.log', /promise does not hold/),
      verify: changing(
        {},
        { bundle: (bundle) => void (entryOf(bundle).integratedTime = String(minutes(1).getTime() / 1000)) },
      ),
    },
    {
      name: 'integratedTime without SET',
      change: 'the promise is left out, and with it what proves the time',
      ...doesNotHold('time.sources', /expected verified times of 1 parties, got 0/),
      verify: changing({}, { bundle: (bundle) => void delete entryOf(bundle).inclusionPromise }),
    },
    {
      name: 'same log entry twice for threshold 2',
      change: 'the entry of the other log is replaced by a copy of the first',
      ...doesNotHold('log.sources', /2 operators, got 1/),
      verify: changing(
        { signing: { logs: [1, 2] }, root: operators(String), thresholds: { logs: 2 } },
        {
          bundle: (bundle) => {
            const copy = structuredClone(entryOf(bundle));
            bundle.verificationMaterial.tlogEntries.splice(1, 1, copy);
          },
        },
      ),
    },
    {
      name: 'same operator twice',
      change: 'both logs are run by the same operator',
      ...doesNotHold('log.sources', /2 operators, got 1/),
      verify: changing(
        { signing: { logs: [1, 2] }, root: operators(String), thresholds: { logs: 2 } },
        { root: operators(() => 'one.example') },
      ),
    },
  ],
};
