import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { parseDigest } from '../../model/digest.ts';
import type { Publisher } from '../../model/trust-report.ts';
import type { Signer } from '../../model/trust.ts';
import { certificate, EVIDENCE, ISSUER, KEY } from '../../../test/trust/provenance-samples.ts';
import { builtInKeys } from '../material/built-in.ts';
import { classifyPublisher, type PublisherFacts } from './classify-publisher.ts';
import { KNOWN_PUBLISHERS } from './known-publishers.ts';

const DEFINITION = parseDefinition(
  'Maintainers: Ada Lovelace <ada@example.com> (@ada), Grace Hopper (@grace)\n',
  { name: 'debian' },
);

const signed = (signer: Signer) => [{ signer, evidence: EVIDENCE, meaning: 'signature' as const }];
const person = (value: string, issuer: string, root?: string) =>
  certificate({}, { issuer, subject: { kind: 'email', value }, extensions: {} }, root);

const OFFICIAL = certificate({ sourceRepositoryOwnerUri: 'https://github.com/docker-library' });
const HARDENED: Signer = {
  kind: 'key',
  name: 'x',
  keyId: parseDigest('sha256:118ba556dd52f4aec67018efd316c285c783cd3e54cc0f4527605715c643887c'),
};
const CHAINGUARD =
  'https://github.com/chainguard-images/images/.github/workflows/release.yaml@refs/heads/main';
const DISTROLESS = 'keyless@distroless.iam.gserviceaccount.com';
const GOOGLE = 'https://accounts.google.com';
const CALLED = certificate(
  {},
  {
    subject: {
      kind: 'uri',
      value: 'https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1',
    },
  },
);

const facts = (change: Partial<PublisherFacts>): PublisherFacts => ({
  repository: 'docker.io/library/debian',
  endorsements: [],
  ...change,
});

const cases: readonly (readonly [what: string, facts: PublisherFacts, expected: Partial<Publisher>])[] = [
  [
    'an official image that nobody signed',
    facts({}),
    { class: 'official', basis: 'declared', evidence: null },
  ],
  [
    'an official image signed by docker-library',
    facts({ endorsements: signed(OFFICIAL) }),
    { class: 'official', basis: 'verified', evidence: EVIDENCE },
  ],
  [
    'a namespace that only begins like the official one',
    facts({ repository: 'docker.io/library-evil/debian' }),
    { class: 'unknown' },
  ],
  [
    'the official namespace, signed by somebody',
    facts({ endorsements: signed(KEY) }),
    { class: 'self-signed', basis: 'verified' },
  ],
  [
    'docker-library under another root',
    facts({
      endorsements: signed(
        certificate({ sourceRepositoryOwnerUri: 'https://github.com/docker-library' }, {}, 'evil'),
      ),
    }),
    { class: 'self-signed' },
  ],
  [
    'docker-library by another issuer',
    facts({
      endorsements: signed(
        certificate(
          { sourceRepositoryOwnerUri: 'https://github.com/docker-library' },
          { issuer: 'https://issuer.example' },
        ),
      ),
    }),
    { class: 'self-signed' },
  ],
  [
    'a hardened image',
    facts({ repository: 'dhi.io/python', endorsements: signed(HARDENED) }),
    { class: 'verified-publisher', name: 'Docker Hardened Images' },
  ],
  [
    'Chainguard',
    facts({
      repository: 'cgr.dev/chainguard/static',
      endorsements: signed(certificate({}, { issuer: ISSUER, subject: { kind: 'uri', value: CHAINGUARD } })),
    }),
    { class: 'verified-publisher', name: 'Chainguard' },
  ],
  [
    'a branch of Chainguard’s',
    facts({
      endorsements: signed(certificate({}, { subject: { kind: 'uri', value: `${CHAINGUARD}-evil` } })),
    }),
    { class: 'self-signed' },
  ],
  [
    'Distroless',
    facts({ repository: 'gcr.io/distroless/static', endorsements: signed(person(DISTROLESS, GOOGLE)) }),
    { class: 'verified-publisher', name: 'Distroless' },
  ],
  [
    'Distroless by another issuer',
    facts({ repository: null, endorsements: signed(person(DISTROLESS, 'https://github.com/login/oauth')) }),
    { class: 'self-signed' },
  ],
  [
    'junk first, a known signer behind it',
    facts({ endorsements: [...signed(KEY), ...signed(OFFICIAL)] }),
    { class: 'official', basis: 'verified' },
  ],
  [
    'an organisation in its own namespace',
    facts({ repository: 'ghcr.io/acme/app', endorsements: signed(certificate()) }),
    { class: 'organisation', basis: 'verified', name: 'github.com/acme' },
  ],
  [
    'an organisation by a workflow that it called',
    facts({ repository: 'ghcr.io/acme/app', endorsements: signed(CALLED) }),
    { class: 'organisation', name: 'github.com/acme' },
  ],
  [
    'an organisation in a namespace that only begins like it',
    facts({ repository: 'ghcr.io/acme-evil/app', endorsements: signed(certificate()) }),
    { class: 'self-signed', name: 'github.com/acme' },
  ],
  [
    'an organisation at a registry whose names are others',
    facts({ repository: 'docker.io/acme/app', endorsements: signed(certificate()) }),
    { class: 'self-signed', name: 'github.com/acme' },
  ],
  [
    'a person',
    facts({ repository: 'ghcr.io/acme/app', endorsements: signed(person('ada@example.com', GOOGLE)) }),
    { class: 'self-signed', name: null },
  ],
  [
    'a label',
    facts({ repository: 'ghcr.io/acme/app', vendor: 'Acme' }),
    { class: 'organisation', basis: 'declared', name: 'Acme' },
  ],
  ['nothing', facts({ repository: null }), { class: 'unknown', basis: 'declared', name: null }],
];
for (const [what, given, expected] of cases) {
  test(`publisher: ${what}`, () => {
    const found = classifyPublisher(given);
    for (const [field, value] of Object.entries(expected))
      assert.equal(found[field as keyof Publisher], value, found.because);
  });
}

test('the definition names the maintainers of an official image', () => {
  assert.match(
    classifyPublisher(facts({ definition: DEFINITION })).because,
    /names Ada Lovelace <ada@example.com> \(@ada\), Grace Hopper \(@grace\)/,
  );
});

test('the key of hardened images is the one that is built in', () => {
  const ids = KNOWN_PUBLISHERS.flatMap(({ signer }) => (signer.kind === 'key' ? [signer.keyId] : []));
  assert.deepEqual(
    ids,
    builtInKeys().map(({ id }) => id),
  );
});
