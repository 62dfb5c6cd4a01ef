import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { OciError } from './errors.ts';
import { formatFamiliarReference, formatReference, parseReference } from './reference.ts';

const SHA256 = `sha256:${'f'.repeat(64)}`;
const SHA512 = `sha512:${'0a'.repeat(64)}`;
const IDENTIFIER = '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a';

/** [text, registry, repository, tag, digest], facts from the documented cases of distribution/reference v0.6. */
const PARSED: readonly (readonly [string, string, string, string | null, string | null])[] = [
  // Docker Hub and its short names
  ['debian', 'docker.io', 'library/debian', 'latest', null],
  ['debian:12', 'docker.io', 'library/debian', '12', null],
  ['library/debian', 'docker.io', 'library/debian', 'latest', null],
  ['docker.io/debian', 'docker.io', 'library/debian', 'latest', null],
  ['docker.io/library/debian', 'docker.io', 'library/debian', 'latest', null],
  ['index.docker.io/debian', 'docker.io', 'library/debian', 'latest', null],
  ['index.docker.io/docker/docker', 'docker.io', 'docker/docker', 'latest', null],
  ['docker.io/library/foo/bar', 'docker.io', 'library/foo/bar', 'latest', null],
  ['store/foo/bar', 'docker.io', 'store/foo/bar', 'latest', null],
  ['fooo/bar', 'docker.io', 'fooo/bar', 'latest', null],
  ['other/library', 'docker.io', 'other/library', 'latest', null],
  ['library/ubuntu-12.04-base', 'docker.io', 'library/ubuntu-12.04-base', 'latest', null],
  ['test_com/foo', 'docker.io', 'test_com/foo', 'latest', null],
  ['docker---rules/docker', 'docker.io', 'docker---rules/docker', 'latest', null],
  ['dock__er/docker', 'docker.io', 'dock__er/docker', 'latest', null],
  ['d/docker', 'docker.io', 'd/docker', 'latest', null],
  // a single component is never a registry, whatever it looks like
  ['localhost:5000', 'docker.io', 'library/localhost', '5000', null],
  ['192.168.0.1', 'docker.io', 'library/192.168.0.1', 'latest', null],
  ['192.168.0.1:80', 'docker.io', 'library/192.168.0.1', '80', null],
  ['test.com:5000', 'docker.io', 'library/test.com', '5000', null],
  ['foo_bar.com:8080', 'docker.io', 'library/foo_bar.com', '8080', null],
  [`localhost:8080@${SHA256}`, 'docker.io', 'library/localhost', '8080', SHA256],
  // other registries
  ['localhost/foo', 'localhost', 'foo', 'latest', null],
  ['localhost:5000/foo/bar:1', 'localhost:5000', 'foo/bar', '1', null],
  ['127.0.0.1:8000/private/moonbase', '127.0.0.1:8000', 'private/moonbase', 'latest', null],
  ['example.com/privatebase', 'example.com', 'privatebase', 'latest', null],
  ['test:5000/repo:tag', 'test:5000', 'repo', 'tag', null],
  ['test-com:8080/foo', 'test-com:8080', 'foo', 'latest', null],
  ['xn--n3h.com:18080/foo:xn--n3h.com', 'xn--n3h.com:18080', 'foo', 'xn--n3h.com', null],
  ['sub-dom1.foo.com/bar/baz/quux:some-long-tag', 'sub-dom1.foo.com', 'bar/baz/quux', 'some-long-tag', null],
  [
    'b.gcr.io/test.example.com/my-app:test.example.com',
    'b.gcr.io',
    'test.example.com/my-app',
    'test.example.com',
    null,
  ],
  ['quay.io/a/b:v1.2.3_x', 'quay.io', 'a/b', 'v1.2.3_x', null],
  ['foo/foo_bar.com:8080', 'docker.io', 'foo/foo_bar.com', '8080', null],
  // capitals make a registry of the first component, and only of it
  ['Docker/docker', 'Docker', 'docker', 'latest', null],
  ['FOO/bar', 'FOO', 'bar', 'latest', null],
  ['Asdf.com/foo/bar', 'Asdf.com', 'foo/bar', 'latest', null],
  ['lowercase:Uppercase', 'docker.io', 'library/lowercase', 'Uppercase', null],
  // IPv6
  ['[::1]:5000/repo', '[::1]:5000', 'repo', 'latest', null],
  ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo', 'latest', null],
  [`[2001:db8::1]:5000/repo:tag@${SHA256}`, '[2001:db8::1]:5000', 'repo', 'tag', SHA256],
  ['[fc00:1:2:3:4:5:6:7]:5000/library/debian', '[fc00:1:2:3:4:5:6:7]:5000', 'library/debian', 'latest', null],
  // digests
  [`redis@${SHA256}`, 'docker.io', 'library/redis', null, SHA256],
  [`busybox:latest@${SHA256}`, 'docker.io', 'library/busybox', 'latest', SHA256],
  [`xn--7o8h.com/myimage:x@${SHA512}`, 'xn--7o8h.com', 'myimage', 'x', SHA512],
  // 64 hexadecimal digits are a name where nothing else is possible, and 63 always
  [`docker.io/${IDENTIFIER}`, 'docker.io', `library/${IDENTIFIER}`, 'latest', null],
  [IDENTIFIER.slice(1), 'docker.io', `library/${IDENTIFIER.slice(1)}`, 'latest', null],
  ['dbcc1', 'docker.io', 'library/dbcc1', 'latest', null],
  // lengths
  [`a.b/${'a/'.repeat(127)}a`, 'a.b', `${'a/'.repeat(127)}a`, 'latest', null],
  [`debian:${'t'.repeat(128)}`, 'docker.io', 'library/debian', 't'.repeat(128), null],
];

test('references are read as distribution/reference reads them', () => {
  for (const [text, registry, repository, tag, digest] of PARSED) {
    assert.deepEqual({ ...parseReference(text) }, { registry, repository, tag, digest }, text);
  }
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /it is empty/],
  ['https://github.com/docker/docker', /it is an address/],
  [IDENTIFIER, /identify a local image/],
  [SHA256, /a digest without a repository/],
  [`@${SHA256}`, /component of the repository name is empty/],
  [':justtag', /component of the repository name is empty/],
  ['docker/Docker', /"docker\/Docker" must be in lower case/],
  ['Uppercase:tag', /must be in lower case/],
  ['test:5000/Uppercase/lowercase:tag', /"Uppercase\/lowercase" must be in lower case/],
  ['docker.io/docker/Docker', /must be in lower case/],
  ['-docker', /"-docker" is not a name component/],
  ['-docker/docker', /"-docker" is not a name component/],
  ['-docker.io/docker/docker', /"-docker\.io" is not a host/],
  ['docker-/docker', /"docker-" is not a name component/],
  ['docker./docker', /"docker\." is not a host/],
  ['.docker/docker', /"\.docker" is not a host/],
  ['____/____', /"____" is not a name component/],
  ['_docker/_docker', /"_docker" is not a name component/],
  ['dock..er/docker', /"dock\.\.er" is not a host/],
  ['a/dock..er', /"dock\.\.er" is not a name component/],
  ['a/dock_.er', /is not a name component/],
  ['a/dock-.er', /is not a name component/],
  ['a/dock___er', /is not a name component/],
  ['docker/', /component of the repository name is empty/],
  ['docker///docker', /component of the repository name is empty/],
  ['aa/asdf$$^/aa', /"asdf\$\$\^" is not a name component/],
  ['a b', /is not a name component/],
  ['debian\n', /is not a name component/],
  ['registry.com:8080/myapp:invalid~tag', /"invalid~tag" is not a tag/],
  ['debian:', /"" is not a tag/],
  ['debian:-a', /"-a" is not a tag/],
  [`debian:${'t'.repeat(129)}`, /is not a tag/],
  ['debian:a:b', /"a:b" is not a tag/],
  ['localhost:http/name', /"localhost:http" is not a host/],
  ['bad_hostname.com:8080/myapp:tag', /is not a host/],
  ['bad_hostname.com/myapp', /is not a host/],
  ['[fc00::1]', /is not a name component/],
  ['[fc00::1]:5000', /is not a name component/],
  ['fc00::1:5000/debian', /is not a host/],
  ['[fe80::1%eth0]:5000/debian', /is not a host/],
  ['[2001:db8:3:4::192.0.2.33]:5000/debian', /is not a host/],
  ['repo@sha256:ffffffffffffffffffffffffffffffffff', /is not a sha256 or sha512 digest/],
  [`repo@invaliddigest:${'f'.repeat(64)}`, /is not a sha256 or sha512 digest/],
  [`repo@sha256:${'F'.repeat(64)}`, /is not a sha256 or sha512 digest/],
  [`repo@${SHA256}@${SHA256}`, /is not a sha256 or sha512 digest/],
  ['repo@', /"" is not a sha256/],
  [`a.b/${'a/'.repeat(128)}a:tag`, /longer than 255 characters/],
  ['a'.repeat(5000), /longer than 1024 characters/],
];

test('what is not a reference is refused with the reason', () => {
  for (const [text, reason] of REFUSED) {
    assert.throws(
      () => parseReference(text),
      (error) =>
        error instanceof OciError && error.code === 'REFERENCE_INVALID' && reason.test(error.message),
      text.slice(0, 80),
    );
  }
});

test('the familiar form is the shortest that means the same', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['docker.io/library/ubuntu:22.04', 'ubuntu:22.04'],
    ['docker.io/fooo/bar', 'fooo/bar:latest'],
    ['docker.io/library/foo/bar', 'library/foo/bar:latest'],
    ['127.0.0.1:8000/privatebase', '127.0.0.1:8000/privatebase:latest'],
    [`docker.io/library/busybox:1@${SHA256}`, `busybox:1@${SHA256}`],
    [`docker.io/library/busybox@${SHA256}`, `busybox@${SHA256}`],
    ['Foo/bar', 'Foo/bar:latest'],
    ['docker.io/a.b/c', 'docker.io/a.b/c:latest'],
    ['docker.io/localhost/c', 'docker.io/localhost/c:latest'],
    // 64 hexadecimal digits alone would be an identifier; with the tag they are a name again
    [`docker.io/${IDENTIFIER}`, `${IDENTIFIER}:latest`],
  ];
  for (const [text, familiar] of cases) {
    const reference = parseReference(text);
    assert.equal(formatFamiliarReference(reference), familiar);
    assert.deepEqual(parseReference(familiar), reference);
  }
});

const component = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,6}){0,2}$/);
const registry = fc.constantFrom(
  'docker.io',
  'localhost',
  'localhost:5000',
  'a.example:443',
  '[::1]:5000',
  'Up',
);
const suffix = fc.constantFrom('', ':latest', ':v1.0_a-b', `@${SHA256}`, `:1@${SHA512}`);

test('both printed forms are read back to the same reference', () => {
  fc.assert(
    fc.property(registry, fc.array(component, { minLength: 1, maxLength: 4 }), suffix, (host, path, tail) => {
      const reference = parseReference(`${host}/${path.join('/')}${tail}`);
      assert.deepEqual(parseReference(formatReference(reference)), reference);
      assert.deepEqual(parseReference(formatFamiliarReference(reference)), reference);
    }),
    { numRuns: 500 },
  );
});

test('any text is a reference or REFERENCE_INVALID', () => {
  const noise = fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9.:@/_[\]-]{0,40}$/));
  fc.assert(
    fc.property(noise, (text) => {
      try {
        parseReference(text);
      } catch (error) {
        assert.ok(error instanceof OciError && error.code === 'REFERENCE_INVALID');
      }
    }),
    { numRuns: 500 },
  );
});
