/** What a signature is about: this image, this repository, this tag, and nothing else. */
import {
  attestationEntry,
  buildFallback,
  buildReferrer,
  BUNDLE,
  IN_TOTO,
} from '../../images/evidence-builder.ts';
import {
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltBlob,
  type BuiltRoot,
} from '../../images/image-builder.ts';
import { temporaryDirectory } from '../../images/temporary-directory.ts';
import { amd64, arm64, tagOf } from '../../registry/gathering.ts';
import { addImage } from '../../registry/memory-repository.ts';
import { NOW, statementAbout } from '../evidence.ts';
import { cosignSignature } from '../services/cosign-layers.ts';
import { makeBundle } from '../services/bundles.ts';
import {
  ANN_ATTESTS,
  ANN_SIGNS,
  type Attached,
  bundleOf,
  type Place,
  type Scene,
  setStage,
  SPDX,
  verifyOn,
} from './scene.ts';
import { changing, type ImageTrap, type TrapTable } from './trap.ts';

const s390x = buildImage({
  layers: [buildLayer([{ path: 'a', content: 's390x' }])],
  platform: { os: 'linux', architecture: 's390x' },
});
const INDEX = buildIndex([amd64, arm64]);
const NESTED = buildIndex([INDEX, s390x]);
const ON_AMD64 = { os: 'linux', architecture: 'amd64' };

/** A bundle about one manifest, attached to another one or to the same. */
const signed =
  (subject: BuiltBlob, attachedTo: BuiltBlob = subject, predicateType?: string) =>
  ({ sigstore }: Place): readonly [BuiltRoot] => {
    const { bundle } = makeBundle(sigstore, { statement: statementAbout(subject.digest, predicateType) });
    return [buildReferrer(attachedTo, { layers: [{ content: bundle, mediaType: BUNDLE }] })];
  };

/** Cosign's older form, behind its tag. */
const older =
  (signs: { readonly digest?: BuiltBlob; readonly reference?: string } = {}) =>
  ({ sigstore, host }: Place): readonly Attached[] => {
    const { digest } = signs.digest ?? amd64;
    const reference = signs.reference ?? `${host}/acme/app`;
    const layer = cosignSignature(sigstore, { digest, reference });
    const recipe = { layers: [layer], artifactType: null, subject: null };
    return [[buildReferrer(amd64, recipe), tagOf(amd64, '.sig')]];
  };

/** What is attached, as a list that anybody may write has it. */
const listed =
  (subject: object, further: object = {}) =>
  ({ sigstore }: Place): readonly Attached[] => {
    const { bundle } = makeBundle(sigstore, { statement: statementAbout(amd64.digest) });
    const referrer = buildReferrer(amd64, { layers: [{ content: bundle, mediaType: BUNDLE }], subject });
    return [referrer, [buildFallback([{ of: referrer, further }]), tagOf(amd64)]];
  };
const WITHOUT_API: Scene = { registry: { referrers: false }, attached: listed({}) };

/** An index of two images that Ann signed, with BuildKit's older attestation in it: only an annotation says of which image. */
function annotated(about: BuiltBlob): Pick<Scene, 'image' | 'attached'> {
  const content = statementAbout(about.digest, SPDX);
  const layers = [{ content, mediaType: IN_TOTO, annotations: { 'in-toto.io/predicate-type': SPDX } }];
  const attestation = buildReferrer(amd64, {
    layers,
    artifactType: null,
    configType: 'application/vnd.oci.image.config.v1+json',
    subject: null,
  });
  const index = buildIndex([amd64, arm64], { further: [attestationEntry(attestation, amd64)] });
  const image = { ...index, blobs: new Map([...index.blobs, ...attestation.blobs]) };
  return { image, attached: signed(image) };
}

function withDisguised(image: BuiltRoot): BuiltRoot {
  const entry = { ...attestationEntry(image, amd64), platform: { os: 'linux', architecture: 's390x' } };
  const index = buildIndex([amd64], { further: [entry] });
  return { ...index, blobs: new Map([...index.blobs, ...image.blobs]) };
}

const rollback: ImageTrap['verify'] = async (t) => {
  const old = buildImage({ layers: [buildLayer([{ path: 'a', content: 'old' }])] });
  await using stage = await setStage(t, {
    tag: 'latest',
    image: old,
    attached: ({ sigstore }) => [old, amd64].map((image) => bundleOf(sigstore, { image })),
  });
  const memory = temporaryDirectory(t);
  const repository = stage.registry.repository('acme/app');
  const verify = (minutes: number) =>
    verifyOn(stage, { now: new Date(NOW.getTime() + minutes * 60_000) }, memory);
  await verify(0);
  addImage(repository, amd64, 'latest');
  const sound = await verify(1);
  repository.tags.set('latest', old.digest);
  return { sound, trapped: await verify(2) };
};

const DAYS = 24 * 60 * 60_000;

export const BINDING: TrapTable = {
  area: 'binding',
  traps: [
    {
      name: 'payload digest ≠ image digest',
      change: "the signed payload of cosign's older form names the digest of another image",
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'subject.digest',
      because: /about .*, not about this image/,
      verify: changing({ attached: older() }, { attached: older({ digest: arm64 }) }),
    },
    {
      name: 'payload digest ≠ image digest (message)',
      change: 'the bytes that were signed are those of another manifest',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'subject.digest',
      because: /not about this image/,
      verify: changing({ signing: { artifact: amd64.bytes } }, { signing: { artifact: arm64.bytes } }),
    },
    {
      name: 'statement subject ≠ image',
      change: 'the statement is about another image',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'subject.digest',
      because: /not about this image/,
      verify: changing({}, { attached: signed(arm64, amd64) }),
    },
    {
      name: 'wrong predicateType accepted as signature',
      change: 'the same signer attested a bill of materials, and signed nothing',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: /attestation spdx by ann@example\.com.*: expected a signature/,
      verify: changing({}, { attached: signed(amd64, amd64, SPDX) }),
    },
    {
      name: 'wrong predicateType accepted as signature (reverse)',
      change: 'a signature stands where a bill of materials is asked for',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: /expected an attestation/,
      verify: changing(
        { policy: ANN_ATTESTS, attached: signed(amd64, amd64, SPDX) },
        { attached: signed(amd64) },
      ),
    },
    {
      name: 'wrong predicateType accepted as signature (another attestation)',
      change: 'the attestation is one of vulnerabilities, and a bill of materials is asked for',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: /expected .*spdx.*, got "https:\/\/cosign\.sigstore\.dev\/attestation\/vuln\/v1"/,
      verify: changing(
        { policy: ANN_ATTESTS, attached: signed(amd64, amd64, SPDX) },
        { attached: signed(amd64, amd64, 'https://cosign.sigstore.dev/attestation/vuln/v1') },
      ),
    },
    {
      name: 'cross-repository replay (same digest, other repository name)',
      change: 'image and evidence are copied to another repository',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: /expected it to name .*acme\/other, got .*acme\/app/,
      verify: changing({ attached: older() }, { repository: 'acme/other' }),
    },
    {
      name: 'index or platform manifest (who is signed?)',
      change: 'only the image of one platform is signed, and the verdict is about all of the index',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: new RegExp(`none for ${arm64.digest}`),
      verify: changing({ image: INDEX, attached: signed(INDEX) }, { attached: signed(amd64) }),
    },
    {
      name: 'index or platform manifest (who is signed?: an image for its index)',
      change: 'every image is signed, and the rule asks for the index',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: /the rule asks for .*signature/,
      verify: changing(
        {
          image: INDEX,
          policy: ANN_SIGNS.replace('by: ann', 'by: ann, on: index'),
          attached: signed(INDEX),
        },
        { attached: (place) => [...signed(amd64)(place), ...signed(arm64)(place)] },
      ),
    },
    {
      name: 'nested index',
      change: 'the inner index is signed, and the outer one, which lists an image more, is asked for',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: new RegExp(`none for ${s390x.digest}`),
      verify: changing({ image: NESTED, attached: signed(NESTED) }, { attached: signed(INDEX) }),
    },
    {
      name: 'attestation for another platform',
      change: 'what is attached to the image of one platform is about that of another one',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'subject.digest',
      because: /not about this image/,
      verify: changing(
        { image: INDEX, platform: ON_AMD64, policy: ANN_ATTESTS, attached: signed(amd64, amd64, SPDX) },
        { attached: signed(arm64, amd64, SPDX) },
      ),
    },
    {
      name: 'attestation for another platform (all of the index)',
      change: 'an attestation is there for one platform of two',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: new RegExp(`none for ${amd64.digest}`),
      verify: changing(
        {
          image: INDEX,
          policy: ANN_ATTESTS,
          attached: (place) => [amd64, arm64].flatMap((image) => signed(image, image, SPDX)(place)),
        },
        { attached: signed(arm64, arm64, SPDX) },
      ),
    },
    {
      name: 'unsigned index annotation steering',
      change:
        'the index says, unsigned, that an attestation is about one platform; what it holds is about another one',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: 'subject.digest',
      because: /the rule asks for .*spdx/,
      verify: changing({ ...annotated(amd64), policy: ANN_ATTESTS, platform: ON_AMD64 }, annotated(arm64)),
    },
    {
      name: 'unsigned index annotation steering (an image that passes for an attestation)',
      change: 'the index has an unsigned image more, which runs somewhere and is annotated as an attestation',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: new RegExp(`none for ${s390x.digest}`),
      verify: changing(
        { image: buildIndex([amd64]), attached: signed(amd64) },
        { image: withDisguised(s390x) },
      ),
    },
    {
      name: 'referrer subject mismatch',
      change: 'a manifest that is listed for the image refers to another one',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'REFERRER_OF_ANOTHER',
      because: /is listed for .*, but refers to /,
      verify: changing(WITHOUT_API, {
        attached: listed({ digest: arm64.digest, size: arm64.bytes.length }),
      }),
    },
    {
      name: 'referrer subject mismatch (size)',
      change: 'it names the digest of the image with another size',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'REFERRER_OF_ANOTHER',
      because: /refers to 1 bytes, expected/,
      verify: changing(WITHOUT_API, { attached: listed({ size: 1 }) }),
    },
    {
      name: 'referrer subject mismatch (media type)',
      change: 'it names the digest of the image as one of an index',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'REFERRER_OF_ANOTHER',
      because: /refers to the media type "application\/vnd\.oci\.image\.index/,
      verify: changing(WITHOUT_API, {
        attached: listed({ mediaType: 'application/vnd.oci.image.index.v1+json' }),
      }),
    },
    {
      name: 'descriptor artifactType wrong',
      change:
        'the fallback index gives the type of the empty configuration, as cosign 3.1 writes it: the manifest counts',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: null,
      because: /everything that the rule/,
      verify: changing(WITHOUT_API, {
        attached: listed({}, { artifactType: 'application/vnd.oci.empty.v1+json' }),
      }),
    },
    {
      name: 'tag substitution: an old, still signed digest served under latest (rollback)',
      change: 'the tag is moved back to an image that it pointed to before, whose signature is sound',
      verdict: 'untrusted',
      code: 'ALARM',
      shows: 'tag.rollback',
      because: /the tag latest moved back to /,
      verify: rollback,
    },
    {
      name: 'freeze (no newer metadata)',
      change: 'a month goes by, and the rule takes signatures of 30 days',
      verdict: 'untrusted',
      code: 'REQUIREMENT_NOT_MET',
      shows: null,
      because: /which is too old/,
      verify: changing(
        { policy: ANN_SIGNS.replace('by: ann', 'by: ann, maxAge: 30d') },
        { now: new Date(NOW.getTime() + 31 * DAYS) },
      ),
    },
  ],
};
