import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { isAttachment, parseArchiveName } from './archive-name.ts';
import { repositoryPlace } from './repository-place.ts';

describe('names of archives', () => {
  for (const [stem, artifact, version, classifier, stated] of [
    ['guava-33.1.0-jre', 'guava', '33.1.0-jre', null],
    ['guava-33.1.0-jre', 'guava', '33.1.0-jre', null, '33.1.0'],
    ['kotlin-stdlib-1.9.23', 'kotlin-stdlib', '1.9.23', null, '1.9.23-release-779'],
    ['kafka_2.13-3.7.0', 'kafka_2.13', '3.7.0', null],
    ['log4j-1.2-api-2.17.1', 'log4j-1.2-api', '2.17.1', null],
    ['hibernate-jpa-2.1-api-1.0.2.Final', 'hibernate-jpa-2.1-api', '1.0.2.Final', null],
    ['dom4j-1.6.1-hudson-3', 'dom4j', '1.6.1-hudson-3', null, '1.6.1'],
    ['netty-4.1.100.Final-linux-x86_64', 'netty', '4.1.100.Final', 'linux-x86_64'],
    ['app-1.0-jar-with-dependencies', 'app', '1.0', 'jar-with-dependencies'],
    ['thing-1.0-jdk8', 'thing', '1.0', 'jdk8', '1.0'],
    ['demo-0.0.1-SNAPSHOT', 'demo', '0.0.1-SNAPSHOT', null],
    ['demo-0.0.1-20240102.030405-6', 'demo', '0.0.1-20240102.030405-6', null],
    ['commons-lang-2.0-beta-3', 'commons-lang', '2.0-beta-3', null],
    ['org.eclipse.osgi_3.19.0.v20240213-1246', 'org.eclipse.osgi', '3.19.0.v20240213-1246', null],
    ['spring-boot', 'spring-boot', '', null],
    ['jackson-core-asl', 'jackson-core-asl', '', null],
    ['ojdbc11', 'ojdbc11', '', null],
    ['', '', '', null],
    ['-1', '-1', '', null],
  ] as const) {
    test(`${stem}${stated === undefined ? '' : ` that states ${stated}`}`, () => {
      const versions = stated === undefined ? [] : [stated];
      assert.deepEqual(parseArchiveName(stem, versions), { artifact, version, classifier });
    });
  }

  test('sources and documentation run nowhere', () => {
    for (const stem of ['a-1.0-sources', 'a-1.0-javadoc', 'a-1.0-test-sources'])
      assert.ok(isAttachment(stem));
    for (const stem of ['a-1.0', 'a-1.0-tests', 'sources-1.0', 'javadoc']) assert.ok(!isAttachment(stem));
  });

  test('any name is read, and nothing of it lost', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9._-]{0,40}$/), (stem) => {
        const { artifact, version, classifier } = parseArchiveName(stem, ['1.0']);
        const parts = [artifact, version, classifier].filter(Boolean);
        assert.ok([parts.join('-'), parts.join('_')].includes(stem));
      }),
      { numRuns: 500 },
    );
  });
});

describe('places in repositories', () => {
  const osgi = {
    group: 'org.eclipse.platform',
    artifact: 'org.eclipse.osgi',
    version: '3.18.0',
    classifier: null,
  };
  for (const [path, expected] of [
    ['opt/karaf/system/org/eclipse/platform/org.eclipse.osgi/3.18.0/org.eclipse.osgi-3.18.0.jar', osgi],
    ['root/.m2/repository/org/eclipse/platform/org.eclipse.osgi/3.18.0/org.eclipse.osgi-3.18.0.jar', osgi],
    [
      'home/u/.gradle/caches/modules-2/files-2.1/org.eclipse.platform/org.eclipse.osgi/3.18.0/0a1b/org.eclipse.osgi-3.18.0.jar',
      osgi,
    ],
    ['srv/repository/a/b/1/b-1-linux.jar', { group: 'a', artifact: 'b', version: '1', classifier: 'linux' }],
    ['srv/repository/b/1/b-1.jar', null],
    ['srv/repository/a/b/1/c-1.jar', null],
    ['srv/other/a/b/1/b-1.jar', null],
    ['opt/wildfly/modules/system/layers/base/org/slf4j/main/slf4j-api-2.0.13.jar', null],
    ['x.jar', null],
  ] as const) {
    test(path, () => assert.deepEqual(repositoryPlace(path), expected));
  }
});
