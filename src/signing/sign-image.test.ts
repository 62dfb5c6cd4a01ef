/** Signing an image as a whole: in a registry in memory, with services that have real cryptography, and with some that lie. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { attestationEntry } from '../../test/images/evidence-builder.ts';
import { buildIndex, type BuiltRoot } from '../../test/images/image-builder.ts';
import { readBody, startLoopbackServer } from '../../test/loopback.ts';
import { amd64, arm64, statementAbout } from '../../test/registry/gathering.ts';
import {
  type MemoryRegistry,
  type MemoryRegistryOptions,
  startMemoryRegistry,
} from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';
import { impatience } from '../../test/registry/opening.ts';
import { rekorV1Handler } from '../../test/trust/services/rekor-server.ts';
import { workflowClaims } from '../../test/trust/services/oidc-issuer.ts';
import { type SigstoreServer, startSigstore } from '../../test/trust/services/server.ts';
import type { Digest } from '../model/digest.ts';
import { gatherEvidence } from '../oci/evidence/gather-evidence.ts';
import { createTransport } from '../oci/registry/transport.ts';
import type { ImageWriter } from '../oci/store/image-store.ts';
import { openRegistryWriter } from '../oci/store/registry-writer.ts';
import { endorsementsByKey } from '../trust/evidence/endorsements-by-key.ts';
import type { EvidenceOutcome } from '../trust/evidence/evidence.ts';
import type { TrustMaterial } from '../trust/material/material.ts';
import { knownSubjects, readEvidence, subjectsToRead } from '../trust/evidence/read-evidence.ts';
import { parseTrustedRoot } from '../trust/material/trusted-root.ts';
import { verifyEvidence } from '../trust/evidence/verify-evidence.ts';
import { attachContents } from './attached-manifest.ts';
import type { Disclosure } from './disclosures.ts';
import { SigningError } from './errors.ts';
import { parsePrivateKey } from './keys/private-key.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { readPredicate } from './predicate-file.ts';
import { parseIdentityToken } from './services/identity-token.ts';
import { chooseServices, NO_SERVICES } from './services/signing-config.ts';
import { previewSigning, signImage, type SignRequest } from './sign-image.ts';
import { bundlesByKey } from './sign-with-key.ts';
import type { Meaning } from './signing-plan.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const now = () => NOW;
const REPOSITORY = 'team/app';

const ATTESTATION = statementAbout(amd64);
const INDEX = buildIndex([amd64, arm64], { further: [attestationEntry(ATTESTATION, amd64)] });
const ROOT: BuiltRoot = { ...INDEX, blobs: new Map([...INDEX.blobs, ...ATTESTATION.blobs]) };
const EVERYTHING = [INDEX, amd64, arm64, ATTESTATION].map(({ digest }) => digest);

const SIGNATURE = { kind: 'signature', isMessage: false } as const;

function code(expected: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof SigningError, String(error));
    assert.equal(error.code, expected);
    assert.match(error.message, message);
    return true;
  };
}

async function newKey(type: 'p256' | 'ed25519' | 'rsa' = 'p256'): Promise<SigningKey> {
  const { privateKey } =
    type === 'p256'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519');
  return parsePrivateKey(
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'key',
    async () => null,
  );
}

interface Setting {
  readonly registry: MemoryRegistry;
  readonly writer: ImageWriter;
  readonly request: (more: Pick<SignRequest, 'signer'> & Partial<SignRequest>) => SignRequest;
}

async function setting(t: TestContext, options: MemoryRegistryOptions = {}): Promise<Setting> {
  const registry = await startMemoryRegistry(options);
  t.after(() => registry[Symbol.asyncDispose]());
  addImage(registry.repository(REPOSITORY), ROOT, '1');
  const policy = impatience();
  const writer = openRegistryWriter(`${registry.host}/${REPOSITORY}:1`, { environment: {}, policy });
  t.after(() => writer.close());
  const transport = createTransport({ timeoutMs: 2_000, offline: false, environment: {} });
  t.after(() => transport.close());
  const { signal } = new AbortController();
  return {
    registry,
    writer,
    request: (more) => ({
      writer,
      name: '1',
      meaning: SIGNATURE,
      form: 'bundle',
      roles: null,
      platform: undefined,
      isSingle: false,
      isRenewed: false,
      services: NO_SERVICES,
      serviceOptions: { transport, policy, signal },
      roots: [],
      confirm: async () => assert.fail('nobody is to be asked'),
      created: '2026-11-21T12:00:00Z',
      now,
      random: randomBytes,
      ...more,
    }),
  };
}

function trusted(key: SigningKey, needsLog = false): TrustMaterial {
  const { name, publicKey, id } = key;
  const validity = { from: null, to: null, distrustedFrom: null };
  return { sigstore: [], keys: [{ name, key: publicKey, id, ...validity, needsLog }], stores: [] };
}

const rootOf = (sigstore: SigstoreServer) =>
  parseTrustedRoot(Buffer.from(JSON.stringify(sigstore.trustedRoot())), { name: 'test', origin: 'file' });

/** What the services of a deployment sign with. */
function keyless(sigstore: SigstoreServer, version: 1 | 2, claims: Parameters<SigstoreServer['token']>[0]) {
  const config = Buffer.from(JSON.stringify(sigstore.signingConfig(version)));
  return {
    signer: { kind: 'token', token: parseIdentityToken(sigstore.token(claims), 'a test', NOW.getTime()) },
    services: chooseServices(config, 'test', NOW.getTime()),
    roots: [rootOf(sigstore)],
    confirm: async () => true,
  } as const;
}

/** As `hallmark verify` does. */
async function verified(writer: ImageWriter, material: TrustMaterial): Promise<readonly EvidenceOutcome[]> {
  const gathering = await gatherEvidence(writer, '1');
  assert.deepEqual(gathering.gaps, []);
  const { evidence } = await readEvidence(gathering);
  const { subjects } = await knownSubjects(gathering, subjectsToRead(evidence));
  return verifyEvidence(evidence, { subjects, material, now: NOW });
}

const endorsed = (outcomes: readonly EvidenceOutcome[]): readonly Digest[] =>
  outcomes.flatMap(({ endorsements }) => endorsements.map(({ subject }) => subject)).sort();

const attachments = ({ registry }: Setting) => registry.repository(REPOSITORY).manifests.size - 4;

test('a key signs index, images and attestations, in every form, with every kind of key', async (t) => {
  const forms = [
    { form: 'bundle', meaning: SIGNATURE },
    { form: 'bundle', meaning: { kind: 'signature', isMessage: true } },
    { form: 'cosign-tag', meaning: SIGNATURE },
    { form: 'cosign-referrer', meaning: SIGNATURE },
  ] as const;
  for (const referrers of [true, false]) {
    for (const { form, meaning } of forms) {
      for (const type of referrers ? (['p256', 'ed25519', 'rsa'] as const) : (['p256'] as const)) {
        const place = await setting(t, { referrers });
        const key = await newKey(type);
        const report = await signImage(place.request({ signer: { kind: 'key', key }, form, meaning }));
        assert.deepEqual(
          report.targets.map(({ digest, outcome }) => [digest, outcome]),
          EVERYTHING.map((digest) => [digest, 'attached']),
        );
        assert.deepEqual(report.disclosures, []);
        const outcomes = await verified(place.writer, trusted(key));
        assert.deepEqual(
          endorsed(outcomes),
          EVERYTHING.toSorted(),
          `${form} ${type} ${JSON.stringify(outcomes.flatMap(({ checks }) => checks.filter(({ outcome }) => outcome === 'failed')))}`,
        );
        const [endorsement] = outcomes.flatMap(({ endorsements }) => endorsements);
        assert.equal(endorsement?.meaning, 'signature');
        assert.equal(
          endorsement?.claimedReference,
          form === 'bundle' ? null : `${place.registry.host}/${REPOSITORY}`,
        );
      }
    }
  }
});

test('signing again attaches nothing twice, unless it is to be renewed', async (t) => {
  for (const form of ['bundle', 'cosign-tag', 'cosign-referrer'] as const) {
    const place = await setting(t);
    const [key, other] = [await newKey(), await newKey()];
    const request = place.request({ signer: { kind: 'key', key }, form });
    const first = await signImage(request);
    const count = attachments(place);
    const again = await signImage(request);
    assert.equal(attachments(place), count);
    assert.deepEqual(
      again.targets.map(({ outcome, evidence }) => [outcome, evidence]),
      first.targets.map(({ evidence }) => ['present', evidence]),
    );
    await signImage(place.request({ signer: { kind: 'key', key: other }, form }));
    assert.deepEqual(endorsed(await verified(place.writer, trusted(key))), EVERYTHING.toSorted());
    assert.deepEqual(endorsed(await verified(place.writer, trusted(other))), EVERYTHING.toSorted());
    await signImage({ ...request, isRenewed: true });
    assert.equal(endorsed(await verified(place.writer, trusted(key))).length, 8);
  }
});

test('several things are said of a manifest with one look at what is there, and each is said once', async (t) => {
  const place = await setting(t, { referrers: false });
  const key = await newKey();
  const types = ['https://example.org/a', 'https://example.org/b'];
  const attestations = types.map((type): Meaning => ({
    kind: 'attestation',
    predicate: { type, value: { type } },
  }));
  const said = { key, created: '2026-11-21T12:00:00Z', now };
  const asked = () => place.registry.requests.splice(0);
  const say = async (...meanings: readonly Meaning[]) =>
    attachContents(await bundlesByKey(place.writer, ROOT.digest, meanings, said), place.writer, undefined);
  await say(...attestations.slice(0, 1));
  asked();
  await say(...attestations, SIGNATURE);
  const isList = ({ url }: { readonly url: string }) => url.endsWith(ROOT.digest.replace(':', '-'));
  const lists = asked().filter(isList);
  assert.deepEqual(
    lists.map(({ method }) => method),
    // looked at, looked at with the API's, before it is changed, changed, found
    ['GET', 'GET', 'GET', 'PUT', 'GET'],
  );
  await say(SIGNATURE, ...attestations);
  assert.ok(asked().every(({ method }) => method === 'GET'));
  const gathering = await gatherEvidence(place.writer, ROOT.digest, { isAlone: true });
  const { publicKey, id } = key;
  const endorsements = await endorsementsByKey(gathering, { key: publicKey, id }, 'key', now());
  assert.deepEqual(
    endorsements.map(({ meaning, statement }) => `${meaning} ${statement?.predicateType}`).sort(),
    [...types.map((type) => `attestation ${type}`), 'signature https://sigstore.dev/cosign/sign/v1'],
  );
});

test('with a key whose signatures are always the same, what is pushed is the same, byte for byte', async (t) => {
  const key = await newKey('rsa');
  const [one, two] = [await setting(t), await setting(t)];
  const first = await signImage(one.request({ signer: { kind: 'key', key } }));
  const second = await signImage(two.request({ signer: { kind: 'key', key } }));
  assert.deepEqual(first, second);
  const created = '2001-01-01T00:00:00Z';
  const third = await signImage(two.request({ signer: { kind: 'key', key }, created, isRenewed: true }));
  assert.deepEqual(
    third.targets.map(({ evidence }) => evidence),
    first.targets.map(({ evidence }) => evidence),
  );
  assert.notEqual(third.targets[0]?.manifest, first.targets[0]?.manifest);
});

test('the manifest that attaches a bundle is what other tools look for', async (t) => {
  const place = await setting(t);
  const report = await signImage(place.request({ signer: { kind: 'key', key: await newKey() } }));
  const manifest = place.registry.repository(REPOSITORY).manifests.get(report.targets[0]?.manifest ?? '');
  const document = JSON.parse(manifest?.bytes.toString() ?? '') as Record<string, unknown>;
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  assert.equal(document['artifactType'], type);
  assert.deepEqual(document['config'], {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    size: 2,
  });
  assert.deepEqual(document['annotations'], {
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1',
    'org.opencontainers.image.created': '2026-11-21T12:00:00Z',
  });
  assert.deepEqual(document['subject'], {
    mediaType: INDEX.mediaType,
    digest: INDEX.digest,
    size: INDEX.bytes.length,
  });
});

test('only the manifests that were asked for are signed', async (t) => {
  const place = await setting(t);
  const signer = { kind: 'key', key: await newKey() } as const;
  const cases: readonly (readonly [more: Partial<SignRequest>, expected: readonly Digest[]])[] = [
    [{ roles: new Set(['index']) }, [INDEX.digest]],
    [{ roles: new Set(['image', 'attestation']) }, EVERYTHING.slice(1)],
    [{ isSingle: true }, [INDEX.digest]],
    [{ isSingle: true, platform: { os: 'linux', architecture: 'arm64' } }, [arm64.digest]],
  ];
  for (const [more, expected] of cases) {
    const { targets } = await previewSigning(place.request({ signer, ...more }));
    assert.deepEqual(
      targets.map(({ digest }) => digest),
      expected,
    );
    assert.ok(targets.every(({ outcome }) => outcome === 'planned'));
  }
  assert.equal(attachments(place), 0);
  const only = new Set(['attestation'] as const);
  await assert.rejects(
    previewSigning(place.request({ signer, roles: only, name: amd64.digest })),
    code('SIGNING_SUBJECT_UNKNOWN', /nothing to sign/),
  );
});

test('an index that lists what cannot be looked at is not signed in part', async (t) => {
  const place = await setting(t);
  const strange = {
    mediaType: 'application/vnd.example.manifest',
    digest: `sha256:${'7'.repeat(64)}`,
    size: 2,
  };
  const index = buildIndex([amd64], { further: [strange] });
  addImage(place.registry.repository(REPOSITORY), index);
  const request = place.request({ signer: { kind: 'key', key: await newKey() }, name: index.digest });
  await assert.rejects(
    signImage(request),
    code('SIGNING_SUBJECT_UNKNOWN', /lists 1 manifests that could not/),
  );
  const { targets } = await signImage({ ...request, roles: new Set(['index']) });
  assert.deepEqual(
    targets.map(({ digest, outcome }) => [digest, outcome]),
    [[index.digest, 'attached']],
  );
});

test('bytes that cannot be read are not replaced by a statement about them', async (t) => {
  const place = await setting(t, {
    intercept: ({ method, url }, response) => {
      if (method !== 'GET' || !url.endsWith(`/manifests/${arm64.digest}`)) return false;
      response.writeHead(404).end();
      return true;
    },
  });
  const meaning = { kind: 'signature', isMessage: true } as const;
  const signer = { kind: 'key', key: await newKey() } as const;
  await assert.rejects(
    signImage(place.request({ signer, meaning })),
    code('SIGNING_SUBJECT_UNKNOWN', /the bytes of sha256:.* cannot be read/),
  );
  assert.equal(attachments(place), 0);
});

test('without a key an authority, a log of either version and a timestamp authority speak for it', async (t) => {
  await using sigstore = await startSigstore({ now });
  for (const version of [1, 2] as const) {
    const place = await setting(t);
    const shown: Disclosure[] = [];
    const confirm = async (disclosures: readonly Disclosure[]) => shown.push(...disclosures) > 0;
    const who = keyless(sigstore, version, workflowClaims('acme/app', 'release.yml', 'refs/tags/v1'));
    const report = await signImage(place.request({ ...who, confirm }));
    const material = { sigstore: [rootOf(sigstore)], keys: [], stores: [] };
    const outcomes = await verified(place.writer, material);
    assert.deepEqual(endorsed(outcomes), EVERYTHING.toSorted());
    const [endorsement] = outcomes.flatMap(({ endorsements }) => endorsements);
    assert.ok(endorsement?.isLogged && endorsement.signer.kind === 'certificate');
    assert.equal(endorsement.signer.identity.extensions.sourceRepositoryUri, 'https://github.com/acme/app');
    assert.ok(report.targets.every(({ logIndexes, times }) => logIndexes.length === 1 && times.length > 0));
    // what was shown is what is in the certificate
    const told = shown.flatMap(({ facts }) => facts.map(({ value }) => value));
    for (const claim of ['"acme/app"', '"refs/tags/v1"', '"1001"', INDEX.digest]) {
      assert.ok(told.includes(claim), claim);
    }
    assert.deepEqual(
      [...new Set(shown.map(({ service, isPublished }) => `${service} ${isPublished}`))],
      version === 1
        ? [
            'certificate-authority true',
            'transparency-log true',
            'transparency-log false',
            'timestamp-authority false',
          ]
        : ['certificate-authority true', 'transparency-log true', 'timestamp-authority false'],
    );
  }
});

test("cosign's older form holds certificate, chain, log entry and timestamp too", async (t) => {
  await using sigstore = await startSigstore({ now });
  const place = await setting(t);
  const who = keyless(sigstore, 1, { sub: '7', email: 'ann@example.com' });
  await signImage(place.request({ ...who, form: 'cosign-tag' }));
  const material = { sigstore: [rootOf(sigstore)], keys: [], stores: [] };
  assert.deepEqual(endorsed(await verified(place.writer, material)), EVERYTHING.toSorted());
  const other = await setting(t);
  await assert.rejects(
    signImage(
      other.request({ ...keyless(sigstore, 2, { sub: '7', email: 'ann@example.com' }), form: 'cosign-tag' }),
    ),
    code('SIGNING_SERVICES_MISSING', /no place for entries/),
  );
});

test('nothing is sent to a service, and nothing attached, before somebody agrees', async (t) => {
  await using sigstore = await startSigstore({ now });
  const place = await setting(t);
  const who = keyless(sigstore, 1, { sub: '7', email: 'ann@example.com' });
  await assert.rejects(
    signImage(place.request({ ...who, confirm: async () => false })),
    code('SIGNING_NOT_CONFIRMED', /nobody agreed/),
  );
  const entries = sigstore.logs[1].entries.size;
  const preview = await previewSigning(place.request({ ...who, confirm: async () => assert.fail() }));
  assert.deepEqual(preview.disclosures[0]?.facts, [
    { name: 'issuer', value: sigstore.issuerUrl },
    { name: 'mail address', value: 'ann@example.com' },
  ]);
  assert.equal(sigstore.logs[1].entries.size, entries);
  assert.equal(attachments(place), 0);
  const { services: _, ...without } = who;
  await assert.rejects(signImage(place.request(without)), code('SIGNING_SERVICES_MISSING', /no authority/));
});

test('services that lie are found out before anything is attached', async (t) => {
  await using sigstore = await startSigstore({ now });
  await using stranger = await startSigstore({ now });
  const claims = { sub: '7', email: 'ann@example.com' };
  const honest = keyless(sigstore, 1, claims);
  const other = await setting(t);
  await signImage(other.request(honest));
  // says that it has the entry already, and shows the one of another signature
  const answer = rekorV1Handler(sigstore.logs[1]);
  const [kept] = sigstore.logs[1].entries.values();
  const uuid = sigstore.logs[1].uuid(Buffer.from(kept?.canonicalizedBody ?? '', 'base64'));
  await using replay = await startLoopbackServer(async (request, response) => {
    if (request.method === 'GET') await answer(request, response);
    else response.writeHead(409, { location: `/api/v1/log/entries/${uuid}` }).end();
  });
  const withLog = (url: URL) => ({
    ...honest.services,
    witnesses: { ...honest.services.witnesses, logs: [{ url, version: 1 as const }] },
  });
  await using impostor = await startLoopbackServer(async (request, response) => {
    // whoever asks gets a certificate for somebody else
    const body = JSON.parse((await readBody(request)).toString()) as {
      publicKeyRequest: { publicKey: { content: string } };
    };
    const identity = {
      issuer: sigstore.issuerUrl,
      subject: { kind: 'email', value: 'eve@example.com' },
    } as const;
    const leaf = sigstore.authority.issue(createPublicKey(body.publicKeyRequest.publicKey.content), identity);
    const certificates = [new X509Certificate(leaf).toString()];
    response.end(JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } }));
  });
  const cases: readonly (readonly [lie: Partial<SignRequest>, message: RegExp])[] = [
    [
      { services: withLog(new URL(`http://${replay.host}`)) },
      /log\.body: the log entry is of another signature/,
    ],
    [{ services: { ...honest.services, authority: new URL(`http://${impostor.host}`) } }, /eve@example\.com/],
    [{ roots: [rootOf(stranger)] }, /time\.authority: .* does not name/],
    [
      {
        services: {
          ...honest.services,
          witnesses: { ...honest.services.witnesses, timestampAuthorities: [new URL(stranger.tsaUrl)] },
        },
      },
      /time\.authority: .* does not name/,
    ],
    [{ services: withLog(new URL(stranger.rekorV1Url)) }, /time\.log: .* does not name/],
  ];
  for (const [lie, message] of cases) {
    const place = await setting(t);
    await assert.rejects(
      signImage(place.request({ ...honest, ...lie })),
      code('SIGNATURE_UNSOUND', message),
      String(message),
    );
    assert.equal(attachments(place), 0);
    assert.equal(place.registry.repository(REPOSITORY).tags.size, 1);
  }
});

test('a key with a log is verified with the log, and an unlogged signature of it does not count as there', async (t) => {
  await using sigstore = await startSigstore({ now });
  const place = await setting(t);
  const signer = { kind: 'key', key: await newKey() } as const;
  await signImage(place.request({ signer }));
  const { services, roots, confirm } = keyless(sigstore, 1, { sub: '7' });
  const report = await signImage(place.request({ signer, services, roots, confirm }));
  assert.ok(report.targets.every(({ outcome }) => outcome === 'attached'));
  const material = { ...trusted(signer.key, true), sigstore: roots };
  const outcomes = await verified(place.writer, material);
  assert.equal(outcomes.filter(({ result }) => result === 'holds').length, 4);
});

test('when an upload fails it is said what is there, and the next run adds the rest', async (t) => {
  let refuses = 0;
  const place = await setting(t, {
    intercept: ({ method, url }, response) => {
      if (method !== 'PUT' || !url.includes('/manifests/') || (refuses += 1) !== 3) return false;
      response.writeHead(403).end();
      return true;
    },
  });
  const key = await newKey();
  const request = place.request({ signer: { kind: 'key', key } });
  await assert.rejects(
    signImage(request),
    code('ATTACHING_INCOMPLETE', /^2 of 4 signatures are attached: .*; the one for /),
  );
  assert.equal(attachments(place), 2);
  const report = await signImage(request);
  assert.deepEqual(
    report.targets.map(({ outcome }) => outcome),
    ['attached', 'attached', 'present', 'present'],
  );
  assert.deepEqual(endorsed(await verified(place.writer, trusted(key))), EVERYTHING.toSorted());
});

test('many who sign at once lose nothing, whichever form and registry', async (t) => {
  for (const form of ['bundle', 'cosign-tag'] as const) {
    const place = await setting(t, { referrers: false, conditions: form === 'bundle' });
    const keys = await Promise.all(Array.from({ length: 4 }, () => newKey()));
    const roles = new Set(['index'] as const);
    await Promise.all(
      keys.map((key) => signImage(place.request({ signer: { kind: 'key', key }, form, roles }))),
    );
    for (const key of keys)
      assert.deepEqual(endorsed(await verified(place.writer, trusted(key))), [INDEX.digest], form);
  }
});

test('an attestation says what its predicate says about one manifest, and is no signature', async (t) => {
  const place = await setting(t);
  const key = await newKey();
  const predicate = readPredicate(
    Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6"}'),
    'cyclonedx',
    'bom.json',
  );
  const meaning = { kind: 'attestation', predicate } as const;
  for (const form of ['bundle', 'cosign-tag', 'cosign-referrer'] as const) {
    const request = place.request({
      signer: { kind: 'key', key },
      meaning,
      form,
      isSingle: true,
      platform: { os: 'linux', architecture: 'amd64' },
    });
    const { targets, predicateType } = await signImage(request);
    assert.deepEqual(
      targets.map(({ digest }) => digest),
      [amd64.digest],
    );
    assert.equal(predicateType, 'https://cyclonedx.org/bom');
    if (form === 'bundle') assert.equal((await signImage(request)).targets[0]?.outcome, 'present');
  }
  const outcomes = await verified(place.writer, trusted(key));
  const endorsements = outcomes.flatMap(({ endorsements }) => endorsements);
  assert.equal(endorsements.length, 3);
  for (const one of endorsements) {
    assert.equal(one.meaning, 'attestation');
    assert.deepEqual(one.statement?.predicate, predicate.value);
  }
  // an attestation by the same key is not mistaken for the signature
  const report = await signImage(place.request({ signer: { kind: 'key', key } }));
  assert.ok(report.targets.every(({ outcome }) => outcome === 'attached'));
});
