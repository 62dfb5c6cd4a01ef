import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixtureTree, inventoryOf, type LayerFiles } from '../../test/inventory/layer-stack.ts';
import type { Distribution } from '../model/package.ts';
import { parseAssignments } from './os-release.ts';

function detect(files: LayerFiles): Distribution | null {
  return inventoryOf([files]).distribution;
}

const OS_RELEASE = 'etc/os-release';

type Expected = Partial<Distribution> & Pick<Distribution, 'id' | 'versionId' | 'rolling'>;

/** As the images hold them, less the lines about home pages and logos. */
const RELEASES: readonly (readonly [name: string, text: string, expected: Expected])[] = [
  [
    'Debian 11',
    'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nNAME="Debian GNU/Linux"\nVERSION_ID="11"\nVERSION="11 (bullseye)"\nVERSION_CODENAME=bullseye\nID=debian\n',
    {
      id: 'debian',
      versionId: '11',
      codename: 'bullseye',
      rolling: false,
      prettyName: 'Debian GNU/Linux 11 (bullseye)',
    },
  ],
  [
    'Debian 7, before VERSION_CODENAME',
    'PRETTY_NAME="Debian GNU/Linux 7 (wheezy)"\nNAME="Debian GNU/Linux"\nVERSION_ID="7"\nVERSION="7 (wheezy)"\nID=debian\n',
    { id: 'debian', versionId: '7', codename: 'wheezy', rolling: false },
  ],
  [
    'Debian testing and unstable',
    'PRETTY_NAME="Debian GNU/Linux trixie/sid"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=trixie\nID=debian\n',
    { id: 'debian', versionId: null, codename: 'trixie', rolling: true },
  ],
  [
    'Debian testing, before VERSION_CODENAME',
    'PRETTY_NAME="Debian GNU/Linux buster/sid"\nNAME="Debian GNU/Linux"\nID=debian\n',
    { id: 'debian', versionId: null, codename: 'buster', rolling: true },
  ],
  [
    'distroless',
    'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\nVERSION="Debian GNU/Linux 12 (bookworm)"\n',
    { id: 'debian', versionId: '12', codename: 'bookworm', rolling: false, prettyName: 'Distroless' },
  ],
  [
    'Ubuntu 22.04',
    'PRETTY_NAME="Ubuntu 22.04.2 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nVERSION="22.04.2 LTS (Jammy Jellyfish)"\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian\n',
    { id: 'ubuntu', versionId: '22.04', codename: 'jammy', idLike: ['debian'], rolling: false },
  ],
  [
    'Linux Mint, derived from a derived one',
    'NAME="Linux Mint"\nVERSION="19.2 (Tina)"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="19.2"\nVERSION_CODENAME=tina\n',
    {
      id: 'linuxmint',
      versionId: '19.2',
      codename: 'tina',
      idLike: ['ubuntu', 'debian'],
      rolling: false,
      prettyName: 'Linux Mint 19.2 (Tina)',
    },
  ],
  [
    'RHEL 8.7',
    'NAME="Red Hat Enterprise Linux"\nVERSION="8.7 (Ootpa)"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="8.7"\nPRETTY_NAME="Red Hat Enterprise Linux 8.7 (Ootpa)"\nCPE_NAME="cpe:/o:redhat:enterprise_linux:8::baseos"\n',
    {
      id: 'rhel',
      versionId: '8.7',
      idLike: ['fedora'],
      rolling: false,
      cpe: 'cpe:/o:redhat:enterprise_linux:8::baseos',
    },
  ],
  [
    'Fedora 37, with an empty codename',
    'NAME="Fedora Linux"\nVERSION="37 (Container Image)"\nID=fedora\nVERSION_ID=37\nVERSION_CODENAME=""\n',
    { id: 'fedora', versionId: '37', codename: null, rolling: false },
  ],
  [
    'openSUSE Tumbleweed, whose VERSION_ID is a date',
    'NAME="openSUSE Tumbleweed"\n# VERSION="20230304"\nID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20230304"\nPRETTY_NAME="openSUSE Tumbleweed"\n',
    { id: 'opensuse-tumbleweed', versionId: null, idLike: ['opensuse', 'suse'], rolling: true },
  ],
  [
    'Arch, with a template for a VERSION_ID',
    'NAME="Arch Linux"\nPRETTY_NAME="Arch Linux"\nID=arch\nBUILD_ID=rolling\nVERSION_ID=TEMPLATE_VERSION_ID\n',
    { id: 'arch', versionId: null, rolling: true },
  ],
  [
    'Wolfi',
    'ID=wolfi\nNAME="Wolfi"\nPRETTY_NAME="Wolfi"\nVERSION_ID="20230201"\n',
    { id: 'wolfi', versionId: null, rolling: true },
  ],
  [
    'single quotes',
    "ID='debian'\nVERSION_ID='12'\nPRETTY_NAME='It\\s'\n",
    { id: 'debian', versionId: '12', rolling: false, prettyName: 'It\\s' },
  ],
  [
    'escapes',
    'ID=debian\nVERSION_ID=12\nPRETTY_NAME="a \\"b\\" \\$c \\`d\\` \\\\e \\f"\n',
    { id: 'debian', versionId: '12', rolling: false, prettyName: 'a "b" $c `d` \\e \\f' },
  ],
  [
    'Windows line ends and blanks',
    '  ID=debian \r\nVERSION_ID="12"\r\n',
    { id: 'debian', versionId: '12', rolling: false },
  ],
  [
    'the last of two',
    'ID=debian\nVERSION_ID=11\nVERSION_ID=12\n',
    { id: 'debian', versionId: '12', rolling: false },
  ],
  [
    'no ID',
    'NAME="Something"\nVERSION_ID=1\n',
    { id: 'linux', versionId: '1', rolling: false, prettyName: 'Something 1' },
  ],
];
for (const [name, text, expected] of RELEASES) {
  test(`os-release of ${name}`, () => {
    const found = detect({ [OS_RELEASE]: text }) ?? assert.fail();
    assert.deepEqual({ ...found, ...expected }, found);
    assert.equal(found.path, OS_RELEASE);
  });
}

/** Images from before os-release. */
const OLDER: readonly (readonly [path: string, text: string, expected: Expected])[] = [
  [
    'etc/alpine-release',
    '3.2.0\n',
    { id: 'alpine', versionId: '3.2.0', rolling: false, prettyName: 'Alpine Linux 3.2.0' },
  ],
  ['etc/debian_version', '6.0.10\n', { id: 'debian', versionId: '6', rolling: false }],
  [
    'etc/debian_version',
    'wheezy/sid\n',
    { id: 'debian', versionId: null, codename: 'wheezy', rolling: true },
  ],
  [
    'etc/lsb-release',
    'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\nDISTRIB_DESCRIPTION="Ubuntu 10.04.4 LTS"\n',
    { id: 'ubuntu', versionId: '10.04', codename: 'lucid', rolling: false, prettyName: 'Ubuntu 10.04.4 LTS' },
  ],
  [
    'etc/redhat-release',
    'CentOS release 5.11 (Final)\n',
    { id: 'centos', versionId: '5.11', rolling: false },
  ],
  [
    'etc/redhat-release',
    'Red Hat Enterprise Linux Server release 6.10 (Santiago)\n',
    { id: 'rhel', versionId: '6.10', rolling: false },
  ],
  [
    'etc/centos-release',
    'CentOS Linux release 7.9.2009 (Core)\n',
    { id: 'centos', versionId: '7.9.2009', rolling: false },
  ],
  [
    'etc/oracle-release',
    'Oracle Linux Server release 6.10\n',
    { id: 'ol', versionId: '6.10', rolling: false },
  ],
  [
    'etc/system-release',
    'Amazon Linux AMI release 2013.09\n',
    { id: 'amzn', versionId: '2013.09', rolling: false },
  ],
  [
    'etc/fedora-release',
    'Fedora release 17 (Beefy Miracle)\n',
    { id: 'fedora', versionId: '17', rolling: false },
  ],
];
for (const [path, text, expected] of OLDER) {
  test(`${path}: ${text.trim().split('\n')[0]}`, () => {
    const found = detect({ [path]: text }) ?? assert.fail();
    assert.deepEqual({ ...found, ...expected }, found);
    assert.equal(found.path, path);
  });
}

test('the file that speaks for itself comes before the one that speaks for its parent', () => {
  const redHat = 'Red Hat Enterprise Linux Server release 6.10 (Santiago)\n';
  assert.equal(
    detect({ 'etc/redhat-release': redHat, 'etc/oracle-release': 'Oracle Linux Server release 6.10\n' })?.id,
    'ol',
  );
  assert.equal(
    detect({ 'etc/debian_version': 'squeeze/sid\n', 'etc/lsb-release': 'DISTRIB_ID=Ubuntu\n' })?.id,
    'ubuntu',
  );
  assert.equal(detect({ [OS_RELEASE]: '\n', 'etc/debian_version': '12.5\n' })?.versionId, '12');
});

test('links are followed, also Fedora’s in two steps', () => {
  const fedora = detect({
    [OS_RELEASE]: { link: '../usr/lib/os-release' },
    'usr/lib/os-release': { link: './os.release.d/os-release-container' },
    'usr/lib/os.release.d/os-release-container': 'ID=fedora\nVERSION_ID=34\n',
    'usr/lib/os.release.d/os-release-fedora': 'ID=fedora\nVERSION_ID=33\n',
  });
  assert.deepEqual([fedora?.versionId, fedora?.path], ['34', 'usr/lib/os.release.d/os-release-container']);
});

test('the final file system decides which distribution it is', () => {
  const before = { [OS_RELEASE]: 'ID=alpine\nVERSION_ID=3.18.0\n' };
  assert.equal(
    inventoryOf([before, { [OS_RELEASE]: 'ID=alpine\nVERSION_ID=3.19.0\n' }]).distribution?.versionId,
    '3.19.0',
  );
  assert.equal(inventoryOf([before, { [OS_RELEASE]: null }]).distribution, null);
});

const STABLE = 'ID=alpine\nVERSION_ID=3.18.9\nPRETTY_NAME="Alpine Linux v3.18"\n';
const MIRROR = 'https://dl-cdn.alpinelinux.org/alpine';
const REPOSITORIES: readonly (readonly [what: string, repositories: string, rolling: boolean])[] = [
  ['its own', `${MIRROR}/v3.18/main\n${MIRROR}/v3.18/community\n`, false],
  ['edge beside its own', `${MIRROR}/v3.18/main\n${MIRROR}/edge/community\n`, true],
  ['edge alone', `${MIRROR}/edge/main/\n`, true],
  ['edge under a tag', `${MIRROR}/v3.18/main\n@edge ${MIRROR}/edge/main\n`, false],
  ['edge commented out', `${MIRROR}/v3.18/main\n#${MIRROR}/edge/main\n`, false],
  ['testing beside its own', `${MIRROR}/v3.18/main\n${MIRROR}/edge/testing\n`, false],
];
for (const [what, repositories, rolling] of REPOSITORIES) {
  test(`a stable Alpine with repositories of ${what}`, () => {
    const found = detect({ [OS_RELEASE]: STABLE, 'etc/apk/repositories': repositories });
    assert.equal(found?.rolling, rolling);
    assert.equal(found?.versionId, '3.18.9');
    assert.equal(
      found?.prettyName,
      rolling ? 'Alpine Linux v3.18 with edge repositories' : 'Alpine Linux v3.18',
    );
  });
}

test('Alpine edge knows itself', () => {
  const { distribution } = inventoryOf([fixtureTree('alpine/edge.tar.gz')]);
  assert.deepEqual(distribution, {
    id: 'alpine',
    versionId: '3.21.0_alpha20240923',
    codename: null,
    idLike: [],
    prettyName: 'Alpine Linux edge',
    rolling: true,
    cpe: null,
    repositories: ['edge'],
    path: 'usr/lib/os-release',
  });
});

const UBI = 'ID="rhel"\nVERSION_ID="9.2"\nCPE_NAME="cpe:/o:redhat:enterprise_linux:9::baseos"\n';
const MANIFEST = 'root/buildinfo/content_manifests/ubi9-container-9.2-755.json';
const REDHAT_REPO = 'etc/yum.repos.d/redhat.repo';
const WHERE_FROM: readonly (readonly [what: string, files: LayerFiles, expected: readonly string[]])[] = [
  [
    'content sets of every layer, as the build system noted them',
    {
      [MANIFEST]: '{"metadata": {"icm_version": 1}, "content_sets": ["rhel-9-for-x86_64-baseos-eus-rpms"]}',
      'usr/share/buildinfo/content-sets.json': '{"content_sets": ["rhel-9-for-x86_64-appstream-eus-rpms"]}',
      [REDHAT_REPO]: '[rhel-9-for-x86_64-baseos-rpms]\nenabled = 1\n',
    },
    ['rhel-9-for-x86_64-appstream-eus-rpms', 'rhel-9-for-x86_64-baseos-eus-rpms'],
  ],
  [
    'repositories that are switched on, where nobody noted content sets',
    {
      [REDHAT_REPO]:
        '#comment\n[rhel-9-for-x86_64-baseos-e4s-rpms]\nname=x\n[other-rpms]\nenabled = 0\n[third]\nenabled=1\n',
    },
    ['rhel-9-for-x86_64-baseos-e4s-rpms', 'third'],
  ],
  [
    'lists that are none, and names that are none',
    { [MANIFEST]: '{"content_sets": ["a b", 1, "", "ok-rpms"]}', 'usr/share/buildinfo/labels.json': '[' },
    ['ok-rpms'],
  ],
];
for (const [what, files, expected] of WHERE_FROM) {
  test(`an rpm distribution's packages come from ${what}`, () => {
    assert.deepEqual(detect({ [OS_RELEASE]: UBI, ...files })?.repositories, expected);
  });
}

test('no text makes it throw, nor the purls that are made with it', () => {
  const path = fc.constantFrom(
    OS_RELEASE,
    'etc/alpine-release',
    'etc/debian_version',
    'etc/redhat-release',
    'etc/lsb-release',
  );
  const line = fc.oneof(
    fc.string(),
    fc.tuple(fc.constantFrom('ID', 'VERSION_ID', 'NAME'), fc.string()).map((pair) => pair.join('=')),
  );
  fc.assert(
    fc.property(path, fc.array(line), (file, lines) => {
      const database = { 'lib/apk/db/installed': 'P:a\nV:1\n' };
      assert.equal(inventoryOf([{ ...database, [file]: lines.join('\n') }]).packages.length, 1);
    }),
    { numRuns: 300 },
  );
});

test('what a shell would quote is read back', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (value) => {
      const text = value.trim().replace(/[\n\r\u2028\u2029]/g, ' ');
      const quoted = `"${text.replace(/["$`\\]/g, '\\$&')}"`;
      assert.equal(parseAssignments(`ID=${quoted}`).get('ID'), text.trim());
    }),
  );
});
