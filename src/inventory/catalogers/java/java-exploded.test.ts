import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { readZip } from '../../../formats/zip.ts';
import { javaArchiveCataloger } from './java-archive.ts';
import { javaExplodedCataloger } from './java-exploded.ts';

const OPTIONS = { catalogers: [javaArchiveCataloger, javaExplodedCataloger] };

function purlsOf(files: LayerFiles): string[] {
  const { packages, coverage } = inventoryOf([files], OPTIONS);
  assert.deepEqual(coverage, []);
  return packages.map(({ purl, evidence: [main] }) => `${purl} at ${main?.path}`);
}

/** What is left when an archive is unpacked. */
function unpack(archive: Uint8Array, directory: string): Record<string, Uint8Array> {
  const zip = readZip(archive, { maxEntries: 1000 }) ?? assert.fail();
  return Object.fromEntries(
    zip.entries.flatMap((entry) => {
      const content = zip.read(entry, 1_000_000);
      return typeof content === 'string' ? [] : [[`${directory}/${entry.name}`, content]];
    }),
  );
}

describe('unpacked archives', () => {
  test('an application of Spring Boot', () => {
    assert.deepEqual(purlsOf(unpack(fixture('java/demo-boot-1.2.3.jar'), 'app')), [
      'pkg:maven/javax.inject/javax.inject@1 at app/BOOT-INF/lib/javax.inject-1.jar',
      'pkg:maven/org.example.demo/demo-boot@1.2.3 at app/META-INF/maven/org.example.demo/demo-boot/pom.properties',
      'pkg:maven/org.example.demo/demo-core@1.2.3 at app/BOOT-INF/lib/demo-core-1.2.3.jar',
      'pkg:maven/org.reactivestreams/reactive-streams@1.0.4 at app/BOOT-INF/lib/reactive-streams-1.0.4.jar',
      'pkg:maven/org.slf4j/slf4j-api@2.0.13 at app/BOOT-INF/lib/slf4j-api-2.0.13.jar',
    ]);
  });

  test('a web application, and plug-ins of Hudson in it that were unpacked too', () => {
    const server = unpack(fixture('java/hudson-war-1.395.war'), 'srv/hudson');
    const plugins = ['cvs', 'ssh-slaves'].map((name) => {
      const path = `srv/hudson/WEB-INF/plugins/${name}.hpi`;
      return unpack(server[path] ?? assert.fail(), `home/plugins/${name}`);
    });
    const found = purlsOf(Object.assign({}, server, ...plugins) as LayerFiles);
    for (const expected of [
      'pkg:maven/org.jvnet.hudson.main/hudson-war@1.395 at srv/hudson/META-INF/maven/org.jvnet.hudson.main/hudson-war/pom.properties',
      'pkg:maven/org.jvnet.hudson.plugins/ssh-slaves@0.14?type=hpi at home/plugins/ssh-slaves/META-INF/maven/org.jvnet.hudson.plugins/ssh-slaves/pom.properties',
      'pkg:maven/org.jvnet.hudson.plugins/cvs@1.2?type=hpi at srv/hudson/WEB-INF/plugins/cvs.hpi',
    ]) {
      assert.ok(found.includes(expected), `${expected}\n${found.join('\n')}`);
    }
  });

  for (const [what, path, lines, expected] of [
    [
      'a plug-in without a project file',
      'plugins/git/META-INF/MANIFEST.MF',
      ['Short-Name: git', 'Plugin-Version: 5.2.1', 'Group-Id: org.jenkins-ci.plugins'],
      ['pkg:maven/org.jenkins-ci.plugins/git@5.2.1?type=hpi at plugins/git/META-INF/MANIFEST.MF'],
    ],
    [
      'a bundle',
      'eclipse/plugins/org.eclipse.osgi_3.19.0.v2024/META-INF/MANIFEST.MF',
      ['Bundle-SymbolicName: org.eclipse.osgi; singleton:=true', 'Bundle-Version: 3.19.0.v2024'],
      [
        'pkg:maven/org.eclipse.osgi@3.19.0.v2024 at eclipse/plugins/org.eclipse.osgi_3.19.0.v2024/META-INF/MANIFEST.MF',
      ],
    ],
    [
      'who ran the build',
      'webapps/ROOT/META-INF/MANIFEST.MF',
      ['Created-By: 17', 'Implementation-Version: 3'],
      [],
    ],
    ['another manifest', 'x/MANIFEST.MF', ['Short-Name: git', 'Plugin-Version: 1'], []],
  ] as const) {
    test(what, () =>
      assert.deepEqual(purlsOf({ [path]: `Manifest-Version: 1.0\n${lines.join('\n')}\n` }), expected),
    );
  }
});

const properties = (artifact: string) => `groupId=g\nartifactId=${artifact}\nversion=1\n`;

test('a file of one archive says nothing about the next', () => {
  const files = {
    'a/META-INF/maven/g/a/pom.properties': properties('a'),
    'b/META-INF/maven/g/b/pom.properties': properties('b'),
  };
  const { packages, changes } = inventoryOf(
    [files, { 'b/META-INF/maven/g/b/pom.properties': null }],
    OPTIONS,
  );
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:maven/g/a@1'],
  );
  assert.deepEqual(changes[1], { added: [], removed: ['pkg:maven/g/b@1'], changed: [] });
});
