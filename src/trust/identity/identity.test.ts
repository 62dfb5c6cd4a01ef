import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigest } from '../../model/digest.ts';
import type { CertificateIdentity, Signer } from '../../model/trust.ts';
import type { Authority } from '../policy/policy.ts';
import { describeSigner, GITHUB_ACTIONS_ISSUER } from './describe-signer.ts';
import { parseDistinguishedName } from './distinguished-name.ts';
import { identityMismatch, matchesIdentity } from './match-identity.ts';
import { stableIdentity } from './stable-identity.ts';
import { parseWorkflowUri } from './workflow-uri.ts';

const KEY_ID = parseDigest(`sha256:${'a'.repeat(64)}`);
const OTHER_ID = parseDigest(`sha256:${'b'.repeat(64)}`);
const RELEASE = 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.2';

const IDENTITY: CertificateIdentity = {
  issuer: GITHUB_ACTIONS_ISSUER,
  subject: { kind: 'uri', value: RELEASE },
  extensions: {
    buildSignerUri: RELEASE,
    buildConfigUri: RELEASE,
    sourceRepositoryUri: 'https://github.com/acme/app',
    sourceRepositoryRef: 'refs/tags/v1.2',
    sourceRepositoryId: '1001',
    sourceRepositoryOwnerId: '77',
  },
};

function certificate(change: Partial<CertificateIdentity> = {}, root = 'public-good'): Signer {
  return { kind: 'certificate', root, identity: { ...IDENTITY, ...change } };
}

const uri = (value: string) => ({ subject: { kind: 'uri', value } }) as const;
const exact = (text: string) => ({ kind: 'exact', text }) as const;
const glob = (text: string) => ({ kind: 'glob', glob: text }) as const;

const ALWAYS = { from: null, to: null, distrustedFrom: null, needsLog: false } as const;
const BY_KEY: Authority = { ...ALWAYS, kind: 'key', keyId: KEY_ID };

const KEYLESS = {
  ...ALWAYS,
  kind: 'certificate',
  root: null,
  issuer: exact(GITHUB_ACTIONS_ISSUER),
  subject: glob('https://github.com/acme/app/.github/workflows/release.yml@refs/tags/*'),
  extensions: {},
} as const satisfies Authority;

const X509: Signer = {
  kind: 'x509',
  subject: 'C=US,ST=WA,O=Acme\\, Inc.,CN=release',
  store: 'ca:acme',
  fingerprint: KEY_ID,
};
const ACME = { ...ALWAYS, kind: 'x509', store: 'ca:acme', subject: { O: 'Acme, Inc.', C: 'US' } } as const;

test('a signer is whom an authority names', () => {
  const key: Signer = { kind: 'key', name: 'release', keyId: KEY_ID };
  assert.equal(identityMismatch(key, BY_KEY), null);
  assert.equal(identityMismatch(certificate(), KEYLESS), null);
  assert.equal(identityMismatch(X509, ACME), null);
  assert.equal(identityMismatch(X509, { ...ACME, subject: {} }), null);
  const numbered = { ...KEYLESS, subject: null, extensions: { sourceRepositoryId: exact('1001') } };
  assert.ok(matchesIdentity(certificate(), numbered));
});

const refused: readonly (readonly [what: string, signer: Signer, authority: Authority, why: RegExp])[] = [
  ['another key', { kind: 'key', name: 'release', keyId: OTHER_ID }, BY_KEY, /expected key/],
  ['a certificate where a key is asked for', certificate(), BY_KEY, /a key/],
  ['a key where a certificate is asked for', { kind: 'key', name: 'k', keyId: KEY_ID }, KEYLESS, /got a key/],
  [
    'a store certificate where Sigstore is asked for',
    X509,
    KEYLESS,
    /got a certificate of a certificate store/,
  ],
  [
    'a Sigstore certificate where a store is asked for',
    certificate(),
    ACME,
    /expected a certificate of ca:acme/,
  ],
  [
    'a longer repository (unanchored pattern, wirelog#1287)',
    certificate(uri(RELEASE.replace('/app/', '/app-evil/'))),
    KEYLESS,
    /expected subject/,
  ],
  [
    'text before the pattern',
    certificate(uri(`https://evil.example/?${RELEASE}`)),
    KEYLESS,
    /expected subject/,
  ],
  [
    'a dot as a wildcard (sigstore-js#1656)',
    certificate(uri(RELEASE.replace('github.com', 'githubXcom'))),
    { ...KEYLESS, subject: exact(RELEASE) },
    /expected subject/,
  ],
  ['a star across a slash', certificate(uri(`${RELEASE}/evil`)), KEYLESS, /expected subject/],
  ['capitals', certificate(uri(RELEASE.replace('acme', 'Acme'))), KEYLESS, /expected subject/],
  [
    'a letter that looks alike',
    certificate(uri(RELEASE.replace('acme', '\u0430cme'))),
    KEYLESS,
    /expected subject/,
  ],
  ['another issuer', certificate({ issuer: 'https://accounts.example.com' }), KEYLESS, /expected issuer/],
  [
    'an issuer that only begins so',
    certificate({ issuer: `${GITHUB_ACTIONS_ISSUER}.evil.example` }),
    KEYLESS,
    /issuer/,
  ],
  ['no issuer', certificate({ issuer: null }), KEYLESS, /got none/],
  ['another root', certificate({}, 'acme'), { ...KEYLESS, root: 'public-good' }, /expected trust root/],
  ['an issuer and nobody', certificate(), { ...KEYLESS, subject: null }, /names an issuer and nobody/],
  [
    'an extension that is not there',
    certificate(),
    { ...KEYLESS, extensions: { runnerEnvironment: exact('github-hosted') } },
    /expected runnerEnvironment "github-hosted", got none/,
  ],
  [
    'an extension that every object has',
    certificate(),
    { ...KEYLESS, extensions: { constructor: glob('**') } as {} },
    /expected constructor/,
  ],
  [
    'a repository of that name under another number (takeover)',
    certificate({ extensions: { ...IDENTITY.extensions, sourceRepositoryId: '2002' } }),
    { ...KEYLESS, extensions: { sourceRepositoryId: exact('1001') } },
    /got "2002"/,
  ],
  ['another store', { ...X509, store: 'ca:other' }, ACME, /expected certificate store/],
  ['another organisation', { ...X509, subject: 'C=US,O=Acme\\, Inc. Evil' }, ACME, /expected subject O/],
  ['an organisation twice', { ...X509, subject: 'C=US,O=Acme\\, Inc.,O=Evil' }, ACME, /has O 2 times/],
  [
    'an organisation within another attribute',
    { ...X509, subject: 'C=US,CN=O\\=Acme\\, Inc.' },
    ACME,
    /got none/,
  ],
  ['a subject that is no name', { ...X509, subject: 'Acme, Inc.' }, ACME, /not a distinguished name/],
];
for (const [what, signer, authority, why] of refused) {
  test(`refused: ${what}`, () => {
    assert.match(identityMismatch(signer, authority) ?? 'no mismatch', why);
    assert.equal(matchesIdentity(signer, authority), false);
  });
}

const names: readonly (readonly [text: string, read: unknown])[] = [
  ['', []],
  ['CN=a', [{ type: 'CN', value: 'a' }]],
  [
    'cn= a b ,2.5.4.10=x',
    [
      { type: 'CN', value: 'a b' },
      { type: '2.5.4.10', value: 'x' },
    ],
  ],
  [
    'CN=a\\,b\\2C\\C3\\BC+OU=\\ x\\ ',
    [
      { type: 'CN', value: 'a,b,ü' },
      { type: 'OU', value: ' x ' },
    ],
  ],
  ['CN=a,', null],
  ['CN=a,O', null],
  ['CN=\\C3', null],
  ['CN=\\q', null],
  ['CN=a\\', null],
  ['=a', null],
  [`CN=${'a'.repeat(9000)}`, null],
];
for (const [text, read] of names) {
  test(`distinguished name: ${text.slice(0, 40)}`, () =>
    assert.deepEqual(parseDistinguishedName(text), read));
}

const notWorkflows = [
  'https://github.com/acme/app',
  'https://github.com/acme/.github/workflows/release.yml@main',
  'http://github.com/acme/app/.github/workflows/release.yml@main',
  'https://github.com/acme/app/.github/workflows/release.yml',
  'https://github.com/acme/app/.github/workflows/a/b.yml@main',
  'https://github.com@evil.example/acme/app/.github/workflows/release.yml@main',
  `${RELEASE}${'x'.repeat(3000)}`,
];
for (const text of notWorkflows) {
  test(`no workflow: ${text.slice(0, 80)}`, () => assert.equal(parseWorkflowUri(text), null));
}

const CALLEE = 'https://github.com/docker/github-builder/.github/workflows/build.yml@refs/heads/main';
const called = { ...certificate({ ...uri(CALLEE) }) };
const lines: readonly (readonly [signer: Signer, line: string])[] = [
  [{ kind: 'key', name: 'release', keyId: KEY_ID }, 'key release (sha256:aaaaaaaaaaaa)'],
  [X509, 'certificate C=US,ST=WA,O=Acme\\, Inc.,CN=release of ca:acme'],
  [certificate(), 'GitHub Actions workflow release.yml of acme/app at refs/tags/v1.2'],
  [
    called,
    'GitHub Actions workflow build.yml of docker/github-builder at refs/heads/main, called by release.yml of acme/app at refs/tags/v1.2',
  ],
  [
    certificate({
      ...uri(CALLEE),
      extensions: {
        sourceRepositoryUri: 'https://github.com/acme/app',
        sourceRepositoryRef: 'refs/tags/v1.2',
      },
    }),
    'GitHub Actions workflow build.yml of docker/github-builder at refs/heads/main, called by acme/app at refs/tags/v1.2',
  ],
  [
    certificate({ issuer: 'https://issuer.evil.example' }),
    'workflow (issuer https://issuer.evil.example) release.yml of acme/app at refs/tags/v1.2',
  ],
  [
    certificate({
      ...uri('https://gitlab.com/group/sub/project//.gitlab-ci.yml@refs/heads/main'),
      issuer: 'https://gitlab.com',
      extensions: {},
    }),
    'GitLab CI pipeline .gitlab-ci.yml of group/sub/project at refs/heads/main',
  ],
  [
    certificate({
      subject: { kind: 'email', value: 'ada@example.com' },
      issuer: 'https://accounts.google.com',
    }),
    'ada@example.com, known to https://accounts.google.com',
  ],
  [
    certificate({ ...uri('https://kubernetes.io/sa/build'), issuer: 'https://cluster.example' }),
    'https://kubernetes.io/sa/build (issuer https://cluster.example)',
  ],
];
for (const [signer, line] of lines) {
  test(`described: ${line}`, () => assert.equal(describeSigner(signer), line));
}

test('a signer stays itself from release to release, and only then', () => {
  const before = stableIdentity(certificate());
  assert.equal(stableIdentity(certificate(uri(RELEASE.replace('v1.2', 'v1.3')))), before);
  for (const other of [
    certificate(uri(RELEASE.replace('release.yml', 'nightly.yml'))),
    certificate({ issuer: 'https://issuer.example' }),
    certificate({}, 'acme'),
    certificate({ extensions: { ...IDENTITY.extensions, sourceRepositoryId: '2002' } }),
    certificate({ extensions: { ...IDENTITY.extensions, sourceRepositoryUri: 'https://github.com/acme/b' } }),
    X509,
  ]) {
    assert.notEqual(stableIdentity(other), before);
  }
});
