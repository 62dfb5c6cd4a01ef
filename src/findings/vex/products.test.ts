import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distribution, pkg } from '../../../test/packages.ts';
import { parseDigest } from '../../model/digest.ts';
import type { Package } from '../../model/package.ts';
import { formatPurl, parsePurl } from '../../model/purl.ts';
import { identifyImage, meansImage, productPurls } from './image-identity.ts';
import { createScope } from './product-scope.ts';
import { meansPackage } from './purl-agreement.ts';

const digest = (digit: string) => parseDigest(`sha256:${digit.repeat(64)}`);

const image = (reference: string, products: readonly string[] = []) =>
  identifyImage(
    {
      reference,
      digest: digest('a'),
      indexDigest: digest('b'),
      configDigest: digest('c'),
      platform: 'linux/amd64',
    },
    distribution('rhel', '9.2', { cpe: 'cpe:/o:redhat:enterprise_linux:9::baseos' }),
    products,
  );

test('an image is meant by digest, repository, tag, and by what the user says it is', () => {
  const cases: readonly (readonly [identifier: string, means: boolean])[] = [
    [`pkg:oci/app@${digest('a')}`, true],
    [`pkg:oci/app@${digest('b')}?repository_url=mirror.corp/x/app`, true],
    [digest('c'), true],
    [`pkg:oci/app@${digest('d')}`, false],
    ['pkg:oci/app', true],
    ['pkg:oci/other', false],
    ['pkg:oci/app?repository_url=ghcr.io/acme/app', true],
    ['pkg:oci/app?repository_url=https://ghcr.io/acme/app', true],
    ['pkg:oci/app?repository_url=ghcr.io/acme', true],
    ['pkg:oci/app?repository_url=ghcr.io/evil/app', false],
    ['pkg:oci/app?repository_url=ghcr.io/acme/app&tag=1.4', true],
    ['pkg:oci/app?repository_url=ghcr.io/acme/app&tag=1.5', false],
    ['pkg:oci/app?arch=amd64', true],
    ['pkg:oci/app?arch=arm64', false],
    ['pkg:oci/acme%2Fapp', true],
    ['pkg:oci/evil%2Fapp', false],
    ['pkg:oci/app@1.4', false],
    ['pkg:docker/acme/app@1.4?repository_url=ghcr.io', true],
    ['pkg:docker/acme/app@1.4', false],
    ['ghcr.io/acme/app:1.4', true],
    ['ghcr.io/acme/app', true],
    ['ghcr.io/acme/app:1.5', false],
    [`ghcr.io/acme/app@${digest('b')}`, true],
    ['cpe:/o:redhat:enterprise_linux:9', true],
    ['cpe:/o:redhat:enterprise_linux:8', false],
    ['cpe:/o:redhat:enterprise_linux', true],
    ['cpe:/o:redhat:enterprise', false],
    ['not an identifier', false],
    ['pkg:', false],
  ];
  for (const [identifier, means] of cases) {
    assert.equal(meansImage(identifier, image('ghcr.io/acme/app:1.4')), means, identifier);
  }
});

test("Docker's short names, its daemon, and its hardened images under both of their registries", () => {
  assert.ok(meansImage('pkg:docker/nginx@1.27', image('docker:nginx:1.27')));
  assert.ok(meansImage('pkg:docker/library/nginx', image('nginx:1.27')));
  assert.ok(!meansImage('pkg:docker/nginx', image('acme/nginx:1.27')));
  for (const reference of ['dhi.io/minio:1', 'docker.io/dhi/minio:1']) {
    assert.ok(meansImage('pkg:docker/dhi/minio', image(reference)));
    assert.ok(meansImage('pkg:oci/dhi%2Fminio', image(reference)));
    assert.ok(productPurls(image(reference)).includes('pkg:docker/dhi/minio'));
  }
});

test('an image without a name is known by what the user says it is', () => {
  assert.ok(!meansImage('pkg:docker/dhi/minio', image('oci-dir:./minio')));
  assert.ok(meansImage('pkg:docker/dhi/minio', image('oci-dir:./minio', ['pkg:docker/dhi/minio@1'])));
  assert.ok(meansImage('pkg:generic/appliance', image('dir:/', ['pkg:generic/appliance@3'])));
  assert.ok(!meansImage('pkg:generic/appliance@2', image('dir:/', ['pkg:generic/appliance@3'])));
});

const deb = pkg('deb', 'libssl3', '3.0.15-1~deb12u1', {
  purl: formatPurl({
    type: 'deb',
    namespace: 'debian',
    name: 'libssl3',
    version: '3.0.15-1~deb12u1',
    qualifiers: { arch: 'amd64', distro: 'debian-12' },
  }),
  architecture: 'amd64',
  source: { name: 'openssl', version: '3.0.15-1~deb12u1' },
});
const rpm = pkg('rpm', 'samba-libs', '2:4.18.6-1.el9', {
  purl: formatPurl({
    type: 'rpm',
    namespace: 'rhel',
    name: 'samba-libs',
    version: '4.18.6-1.el9',
    qualifiers: { epoch: '2' },
  }),
  source: { name: 'samba', version: '4.18.6-1.el9' },
});

test('a package is meant where type, namespace and name agree, and the rest as far as both sides state it', () => {
  const go = pkg('golang', 'golang.org/x/net', 'v0.17.0', {
    purl: formatPurl({ type: 'golang', namespace: 'golang.org/x', name: 'net', version: 'v0.17.0' }),
  });
  const scoped = pkg('npm', '@acme/a', '1.0.0', {
    purl: formatPurl({ type: 'npm', namespace: '@acme', name: 'a', version: '1.0.0' }),
  });
  const pypi = pkg('pypi', 'a', '1.0');
  const cases: readonly (readonly [purl: string, of: Package, means: boolean])[] = [
    ['pkg:deb/debian/libssl3', deb, true],
    ['pkg:deb/libssl3', deb, true],
    ['pkg:deb/ubuntu/libssl3', deb, false],
    ['pkg:deb/debian/libssl3@3.0.15-1~deb12u1', deb, true],
    ['pkg:deb/debian/libssl3@3.0.14-1~deb12u1', deb, false],
    ['pkg:deb/debian/libssl3?arch=x86_64', deb, true],
    ['pkg:deb/debian/libssl3?arch=arm64', deb, false],
    ['pkg:deb/debian/libssl3?distro=debian-12.5', deb, true],
    ['pkg:deb/debian/libssl3?distro=bookworm', deb, true],
    ['pkg:deb/debian/libssl3?distro=debian-11', deb, false],
    ['pkg:deb/debian/libssl3?os_distro=trixie&os_name=debian', deb, true],
    ['pkg:deb/debian/libssl3?repository_url=archive.example.org', deb, true],
    ['pkg:deb/debian/openssl', deb, false],
    ['pkg:deb/debian/openssl?arch=source', deb, true],
    ['pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=source', deb, true],
    ['pkg:deb/debian/openssl@3.0.1?arch=source', deb, false],
    ['pkg:rpm/redhat/samba-libs@4.18.6-1.el9?epoch=2', rpm, true],
    ['pkg:rpm/redhat/samba-libs@2:4.18.6-1.el9', rpm, true],
    ['pkg:rpm/redhat/samba-libs@4.18.6-1.el9', rpm, false],
    ['pkg:rpm/redhat/samba?arch=src', rpm, true],
    ['pkg:rpm/fedora/samba-libs', rpm, false],
    ['pkg:golang/golang.org/x/net@0.17.0', go, true],
    ['pkg:golang/golang.org/x/net@v0.18.0', go, false],
    ['pkg:npm/%40acme/a', scoped, true],
    ['pkg:npm/a', scoped, false],
    ['pkg:pypi/a@1.0.0', pypi, true],
    ['pkg:gem/a', pypi, false],
  ];
  for (const [purl, of, means] of cases) assert.equal(meansPackage(parsePurl(purl), of), means, purl);
});

const inner = pkg('npm', 'inner', '1.0.0');
const app = pkg('npm', 'app', '2.0.0', { dependsOn: [inner.id] });
const stranger = pkg('npm', 'stranger', '1.0.0');
const jar = pkg('maven', 'war', '1', { evidence: [{ path: 'app.war', layer: null, step: null }] });
const nested = pkg('maven', 'lib', '1', {
  evidence: [{ path: 'app.war', inside: 'WEB-INF/lib/lib.jar', layer: null, step: null }],
});

test('a subcomponent counts inside of its product only', () => {
  const scope = createScope(image('ghcr.io/acme/app:1.4'), [deb, inner, app, stranger, jar, nested]);
  const covers = (product: string, part: string | null, of: Package) =>
    scope.covers({ identifiers: [product], digests: [], subcomponents: part === null ? [] : [[part]] }, of);
  assert.ok(covers('pkg:oci/app', null, deb), 'a statement about the image is about everything in it');
  assert.ok(covers('pkg:oci/app', 'pkg:deb/debian/libssl3', deb));
  assert.ok(!covers('pkg:oci/app', 'pkg:deb/debian/libssl3', inner));
  assert.ok(!covers('pkg:oci/other', 'pkg:deb/debian/libssl3', deb));
  assert.ok(covers('pkg:npm/app', 'pkg:npm/inner', inner), 'a dependency of the product');
  assert.ok(covers('pkg:npm/app', 'pkg:npm/inner', app), 'the product itself');
  assert.ok(!covers('pkg:npm/app', 'pkg:npm/stranger', stranger));
  assert.ok(covers('pkg:maven/war', 'pkg:maven/lib', nested), 'in the archive of the product');
  assert.ok(!covers('pkg:maven/lib', 'pkg:maven/war', jar));
});

test('CPE names mean a package that has that very name, and digests the file that it came as', () => {
  const cpe = 'cpe:2.3:a:openssl:openssl:3.0.15:*:*:*:*:*:*:*';
  const known = pkg('generic', 'openssl', '3.0.15', {
    cpes: [cpe],
    checksums: [{ algorithm: 'sha256', hex: 'd'.repeat(64) }],
  });
  const scope = createScope(image('ghcr.io/acme/app:1.4'), [known]);
  const covers = (identifiers: readonly string[], digests: readonly string[] = []) =>
    scope.covers({ identifiers, digests, subcomponents: [] }, known);
  assert.ok(covers([cpe]));
  assert.ok(!covers(['cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*']));
  assert.ok(covers([], [digest('d')]));
  assert.ok(!covers([], [digest('e')]));
});
