/**
 * Trusted evidence of every format, damaged somewhere: nothing is ever thrown, and what still holds says the very same, of the same
 * signer, about the same image. Damage may take away who says when, and never add to it.
 *
 * The damage is drawn from a fixed seed, so that a failure can be had again; HALLMARK_FUZZ_ROUNDS makes it longer.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { LITTLE, startCpuTime } from '../../cpu-time.ts';
import { digestOf } from '../../../src/model/digest.ts';
import type { Endorsement } from '../../../src/model/trust.ts';
import { actualFormat } from '../../../src/trust/evidence/evidence-format.ts';
import type { Evidence, EvidenceFormat } from '../../../src/trust/evidence/evidence.ts';
import { verifyEvidence } from '../../../src/trust/evidence/verify-evidence.ts';
import { buildFallback } from '../../images/evidence-builder.ts';
import { buildBlob } from '../../images/image-builder.ts';
import { amd64, tagOf } from '../../registry/gathering.ts';
import {
  contextOf,
  deployment,
  evidenceOf,
  rootOf,
  statementAbout,
  subject,
  subjectsOf,
  trustedKey,
} from '../evidence.ts';
import { type BundleRecipe, makeBundle } from '../services/bundles.ts';
import { ecKeyPair } from '../services/certificate.ts';
import { cosignAttestation, cosignSignature } from '../services/cosign-layers.ts';
import { createRandom, damage, type Random } from './damage.ts';
import { NOTATION_SIGNS, notationEnvelope } from './notation.ts';
import { type Attached, bundleOf, type Place, setStage, verifyOn } from './scene.ts';

const ROUNDS = Number(process.env['HALLMARK_FUZZ_ROUNDS'] ?? 1) * 60;

const sigstore = deployment();
const keys = ecKeyPair();
const signer = { kind: 'key', keys } as const;
const statement = statementAbout(amd64.digest);
const CONTEXT = contextOf(
  {
    sigstore: [rootOf(sigstore)],
    keys: [trustedKey(keys)],
    stores: [
      {
        name: 'ca:acme',
        kind: 'ca',
        certificates: [new X509Certificate(String(NOTATION_SIGNS.files?.['ca.pem'])).raw],
      },
    ],
  },
  subjectsOf(subject(amd64.bytes, { mediaType: amd64.mediaType })),
);

const bundle = (recipe: Partial<BundleRecipe>): Evidence =>
  piece('sigstore-bundle', JSON.stringify(makeBundle(sigstore, { statement, ...recipe }).bundle));

function piece(
  format: EvidenceFormat,
  content: string | Uint8Array,
  further: Partial<Evidence> = {},
): Evidence {
  return evidenceOf(format, content, { about: amd64.digest, ...further });
}

const SOUND: Record<string, Evidence> = {
  'a bundle with a certificate': bundle({}),
  'a bundle with a log of version 2 and a timestamp': bundle({ logs: [2] }),
  'a bundle of version 0.1': bundle({ version: '0.1' }),
  'a bundle with a key': bundle({ signer, logs: [] }),
  'a bundle with a message': bundle({ artifact: amd64.bytes }),
  "cosign's older signature": piece(
    'cosign-signature',
    ...layer(
      cosignSignature(sigstore, { digest: amd64.digest, reference: 'a.example/b' }, { timestamps: [{}] }),
    ),
  ),
  "cosign's older signature with a key": piece(
    'cosign-signature',
    ...layer(
      cosignSignature(sigstore, { digest: amd64.digest, reference: 'a.example/b' }, { signer, logs: [] }),
    ),
  ),
  "cosign's older attestation": piece('cosign-attestation', ...layer(cosignAttestation(sigstore, statement))),
  'an envelope with a key': piece(
    'dsse',
    JSON.stringify(makeBundle(sigstore, { statement, signer, logs: [] }).bundle.dsseEnvelope),
  ),
  'a signature of Notation': piece('notation', notationEnvelope(amd64), {
    mediaType: 'application/jose+json',
  }),
};

function layer({ content, annotations }: { content: Buffer; annotations: Record<string, string> }) {
  return [content, { annotations }] as const;
}

/** One thing: the content, or one of the annotations. */
function damaged(evidence: Evidence, random: Random): Evidence {
  const names = Object.keys(evidence.annotations);
  const name = names[random(names.length + 1)];
  const content = name === undefined ? damage(Buffer.from(evidence.content), random) : evidence.content;
  const annotations = { ...evidence.annotations };
  if (name !== undefined) {
    if (random(8) === 0) delete annotations[name];
    else annotations[name] = damage(Buffer.from(annotations[name] ?? ''), random).toString();
  }
  const format = actualFormat(evidence.format, annotations, content);
  return { ...evidence, format, content, digest: digestOf(content), annotations };
}

/** What is said, and by whom. */
function meaningOf({
  signer: by,
  subject: about,
  meaning,
  statement: said,
  claimedReference,
  expires,
}: Endorsement) {
  return { by, about, meaning, said, claimedReference, expires };
}

describe('evidence that was damaged', () => {
  for (const [index, [name, evidence]] of Object.entries(SOUND).entries()) {
    test(name, () => {
      const [sound] = verifyEvidence([evidence], CONTEXT)[0]?.endorsements ?? [];
      assert.ok(sound !== undefined, 'it holds as it is');
      const random = createRandom(index + 1);
      const outcomes = { holds: 0, fails: 0, undecided: 0, unsigned: 0 };
      for (let round = 0; round < ROUNDS; round += 1) {
        const changed = damaged(evidence, random);
        const spent = startCpuTime();
        const [outcome] = verifyEvidence([changed], CONTEXT);
        assert.ok(spent() < LITTLE, `round ${round} takes too long`);
        assert.ok(outcome !== undefined);
        outcomes[outcome.result] += 1;
        assert.equal(outcome.result === 'holds', outcome.endorsements.length > 0);
        assert.equal(
          outcome.result === 'fails',
          outcome.checks.some((check) => check.outcome === 'failed'),
          JSON.stringify(outcome.checks),
        );
        for (const endorsement of outcome.endorsements) {
          const where = `round ${round}: ${changed.content.toString()} ${JSON.stringify(changed.annotations)}`;
          assert.deepEqual(meaningOf(endorsement), meaningOf(sound), where);
          assert.ok(sound.isLogged || !endorsement.isLogged, where);
          const times = sound.times.map(({ at, by }) => `${at} ${by}`);
          assert.ok(
            endorsement.times.every(({ at, by }) => times.includes(`${at} ${by}`)),
            where,
          );
        }
      }
      assert.ok(outcomes.fails > ROUNDS / 4, JSON.stringify(outcomes));
    });
  }
});

/** Each round puts a damaged copy of the manifest, or of the list that names it, where the sound one was. */
for (const [what, isList] of [
  ['a manifest of evidence', false],
  ['a list of evidence', true],
] as const) {
  test(`${what} that was damaged, in a registry`, async (t) => {
    await using stage = await setStage(t, { registry: { referrers: false }, attached: listed });
    const sound = await verifyOn(stage);
    assert.equal(sound.verdict, 'trusted', sound.because);
    const { manifests, tags } = stage.registry.repository('acme/app');
    const list = manifests.get(tags.get(tagOf(amd64)) ?? '');
    const manifest = [...manifests.values()].find(
      ({ digest }) => ![amd64.digest, list?.digest].includes(digest),
    );
    assert.ok(list !== undefined && manifest !== undefined);
    const random = createRandom(isList ? 101 : 102);
    for (let round = 0; round < ROUNDS / 4; round += 1) {
      const content = damage(isList ? list.bytes : manifest.bytes, random);
      const changed = buildBlob(content, isList ? list.mediaType : manifest.mediaType);
      const index = isList ? changed : buildFallback([{ of: changed }]);
      manifests.set(changed.digest, changed);
      manifests.set(index.digest, index);
      tags.set(tagOf(amd64), index.digest);
      const report = await verifyOn(stage);
      const where = `round ${round}: ${content.toString()} ${report.because}`;
      assert.notEqual(report.code, 'IMAGE_UNREADABLE', where);
      assert.equal(report.verdict === 'trusted', report.endorsements.length > 0, where);
      for (const endorsement of report.endorsements)
        assert.deepEqual(endorsement, sound.endorsements[0], where);
    }
  });
}

function listed({ sigstore: own }: Place): readonly Attached[] {
  const signed = bundleOf(own, {});
  return [signed, [buildFallback([{ of: signed }]), tagOf(amd64)]];
}
