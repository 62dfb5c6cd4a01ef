import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { writeZip } from '../../../../test/zip-writer.ts';
import { gradleLockCataloger } from './gradle-lock.ts';
import { javaArchiveCataloger } from './java-archive.ts';
import { mavenPomCataloger } from './maven-pom.ts';
import { sbtLockCataloger } from './sbt-lock.ts';
import { wildflyModuleCataloger } from './wildfly-module.ts';

const LOCKS = [gradleLockCataloger, mavenPomCataloger, sbtLockCataloger, wildflyModuleCataloger];

function namesOf(files: LayerFiles, catalogers = LOCKS): string[] {
  const { packages, coverage } = inventoryOf([files], { catalogers });
  assert.deepEqual(coverage, []);
  for (const { presence } of packages) assert.equal(presence, 'declared');
  return packages.map(({ name, version }) => `${name} ${version}`);
}

describe('lock files and project files', () => {
  const GRADLE = ['com.fasterxml.jackson.core:jackson-databind 2.17.0', 'org.postgresql:postgresql 42.7.3'];
  for (const [what, path, file, expected] of [
    ['Gradle', 'srv/gradle.lockfile', 'gradle.lockfile', GRADLE],
    ['Gradle, of a module', 'srv/web.gradle.lockfile', 'gradle.lockfile', GRADLE],
    ['plug-ins of a build', 'srv/buildscript-gradle.lockfile', 'gradle.lockfile', []],
    ['another lock', 'srv/other.lockfile', 'gradle.lockfile', []],
    ['a lock of tests', 'srv/src/test/gradle.lockfile', 'gradle.lockfile', []],
    ['Maven', 'srv/pom.xml', 'demo-core.pom.xml', ['javax.inject:javax.inject 1']],
    ['the project of an unpacked archive', 'srv/META-INF/maven/g/a/pom.xml', 'demo-core.pom.xml', []],
    ['a project of tests', 'srv/src/it/pom.xml', 'demo-core.pom.xml', []],
    [
      'sbt',
      'srv/build.sbt.lock',
      'build.sbt.lock',
      ['com.typesafe:config 1.4.3', 'org.slf4j:slf4j-simple 2.0.13'],
    ],
    [
      'WildFly',
      'opt/wildfly/modules/org/x/main/module.xml',
      'module.xml',
      ['org.jboss.logging:jboss-logging 3.5.3.Final'],
    ],
    ['another module.xml', 'opt/app/module.xml', 'module.xml', []],
  ] as const) {
    test(what, () => assert.deepEqual(namesOf({ [path]: fixture(`java/locks/${file}`) }), expected));
  }

  test('files of Gradle 4 to 6, one for each configuration', () => {
    const text = '# comment\norg.postgresql:postgresql:42.7.3\n';
    assert.deepEqual(namesOf({ 'srv/gradle/dependency-locks/runtimeClasspath.lockfile': text }), [
      'org.postgresql:postgresql 42.7.3',
    ]);
    for (const configuration of ['testRuntimeClasspath', 'compileClasspath', 'checkstyle']) {
      assert.deepEqual(namesOf({ [`srv/gradle/dependency-locks/${configuration}.lockfile`]: text }), []);
    }
  });

  test('variants of Android, and a project without a class path', () => {
    assert.deepEqual(
      namesOf({ 'gradle.lockfile': 'g:a:1=releaseRuntimeClasspath\ng:b:1=debugUnitTestRuntimeClasspath\n' }),
      ['g:a 1'],
    );
    assert.deepEqual(namesOf({ 'gradle.lockfile': 'g:a:1=plugins\ng:b:1=testPlugins\n' }), ['g:a 1']);
  });

  test('what is installed is the truth', () => {
    const jar = writeZip({
      'META-INF/maven/org.postgresql/postgresql/pom.properties':
        'groupId=org.postgresql\nartifactId=postgresql\nversion=42.7.4\n',
    });
    const files = {
      'srv/gradle.lockfile': fixture('java/locks/gradle.lockfile'),
      'srv/lib/postgresql.jar': jar,
    };
    const { packages } = inventoryOf([files], { catalogers: [...LOCKS, javaArchiveCataloger] });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:maven/org.postgresql/postgresql@42.7.4'],
    );
  });

  test('no text makes them throw', () => {
    const paths = ['gradle.lockfile', 'pom.xml', 'build.sbt.lock', 'modules/module.xml'];
    const piece = fc.constantFrom(
      'g:a:1',
      '=',
      'runtimeClasspath',
      ',',
      '\n',
      '<project>',
      '{"dependencies":[',
      '"',
      ':',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        inventoryOf([Object.fromEntries(paths.map((path) => [path, pieces.join('')]))], {
          catalogers: LOCKS,
        });
      }),
      { numRuns: 300 },
    );
  });
});
