import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalPurl } from '../../model/purl.ts';
import { packageChanges } from './package-changes.ts';

const deb = (name: string, version: string, architecture: string | null = 'amd64') => ({
  type: 'deb' as const,
  name,
  architecture,
  purl: canonicalPurl(
    `pkg:deb/debian/${name}@${version}${architecture === null ? '' : `?arch=${architecture}`}`,
  ),
});
const purls = (...packages: readonly { readonly purl: string }[]) => packages.map(({ purl }) => purl);

test('what came, went and changed, each once and sorted', () => {
  const [old, now] = [deb('openssl', '3.5.1'), deb('openssl', '3.5.2')];
  const [tar, zlib, gpg] = [deb('tar', '1'), deb('zlib', '1'), deb('gpg', '2')];
  const found = packageChanges([zlib, old, tar, tar], [gpg, now, zlib, now]);
  assert.deepEqual(found, {
    added: purls(gpg),
    removed: purls(tar),
    changed: [{ from: old.purl, to: now.purl }],
  });
});

test('a package of another architecture is another one', () => {
  const [amd, arm] = [deb('libc6', '1'), deb('libc6', '2', 'arm64')];
  assert.deepEqual(packageChanges([amd], [arm]), { added: purls(arm), removed: purls(amd), changed: [] });
});

test('of several versions of one package as many change as go', () => {
  const [one, two, three, four] = [
    deb('linux', '1'),
    deb('linux', '2'),
    deb('linux', '3'),
    deb('linux', '4'),
  ];
  assert.deepEqual(packageChanges([one, two], [two, three, four]), {
    added: purls(four),
    removed: [],
    changed: [{ from: one.purl, to: three.purl }],
  });
});

test('nothing changes from an image to itself', () => {
  const packages = [deb('a', '1'), deb('b', '1', null)];
  assert.deepEqual(packageChanges(packages, packages), { added: [], removed: [], changed: [] });
});
