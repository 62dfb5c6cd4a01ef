/** Platforms of architectures, and references of images: tests of bashbrew, perl-bashbrew and meta-scripts. Rows 6 and 8 of README.md. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ARCHITECTURES, ARCHITECTURE_NAMES, isArchitecture } from '../../src/definitions/architectures.ts';
import { formatDeployReference, parseDeployReference } from '../../src/library/deploy/deploy-reference.ts';
import { architectureOf } from '../../src/library/indexes/synthesize-index.ts';
import { isDigest } from '../../src/model/digest.ts';
import { formatPlatform } from '../../src/model/platform.ts';
import { parseWrittenReference } from '../../src/oci/reference.ts';
import { openUpstream } from './repositories.ts';

const perl = openUpstream('docker-library/perl-bashbrew');

/** Fields of a Go or Perl literal: `OS: "linux"`, `os => 'linux'`. */
function fieldsOf(text: string): Readonly<Record<string, string>> {
  const fields = [...text.matchAll(/(\w+)(?::|\s*=>)\s*["']([^"']*)["']/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name.toLowerCase(), value]));
}

suite('6. platforms of architectures', () => {
  test('arches.t', (t) => {
    const [, table = ''] = /%archPlatformTestCases = \(\n([^]*?)\n\);/.exec(perl.text('t/arches.t')) ?? [];
    const rows = [...table.matchAll(/^\t'?([\w-]+)'? =>\s+\{(.*)\}/gm)];
    for (const [, name = '', platform = ''] of rows) {
      assert.ok(isArchitecture(name), name);
      assert.deepEqual({ ...ARCHITECTURES[name].platform }, fieldsOf(platform), name);
    }
    assert.deepEqual(new Set(rows.map(([, name]) => name)), new Set(ARCHITECTURE_NAMES));
    t.diagnostic(`${rows.length} architectures`);
  });

  test('oci-platform_test.go', (t) => {
    const source = openUpstream('docker-library/bashbrew').text('architecture/oci-platform_test.go');
    const names = [...source.matchAll(/^\t\t"([\w-]+)": +"([\w/]+)",$/gm)];
    for (const [, name = '', platform] of names) {
      assert.ok(isArchitecture(name));
      assert.equal(formatPlatform(ARCHITECTURES[name].platform), platform);
    }
    const supported = /SupportedArches\["([\w-]+)"\]/;
    const pairs = [...source.matchAll(/^\t\t\t\{(architecture\.SupportedArches\["([\w-]+)"\]), (.*)\},$/gm)];
    const falseFrom = source.indexOf('\t\tfalse: {');
    for (const { index, 2: name = '', 3: other = '' } of pairs) {
      const [, second] = supported.exec(other) ?? [];
      const { os = '', architecture = '', variant } = fieldsOf(other);
      const platform =
        second !== undefined && isArchitecture(second)
          ? { ...ARCHITECTURES[second].platform }
          : { os, architecture, ...(variant === undefined ? {} : { variant }) };
      assert.equal(architectureOf(platform) === name, index < falseFrom, `${name} ${other}`);
    }
    for (const name of ARCHITECTURE_NAMES)
      assert.equal(architectureOf({ ...ARCHITECTURES[name].platform }), name);
    assert.deepEqual([names.length, pairs.length], [3, 13]);
    t.diagnostic(
      `${names.length} names, ${pairs.length} comparisons, ${ARCHITECTURE_NAMES.length} normalised`,
    );
  });
});

/** Cases of a table of `remoteimageref.t`: hashes of texts, some of which are repeated. */
function perlCases(table: string): readonly Readonly<Record<string, string>>[] {
  const source = perl.text('t/remoteimageref.t').replaceAll(/^\s*#.*\n/gm, '');
  const start = source.indexOf(`my @${table} = (`);
  const text = source.slice(start, source.indexOf('\n);', start));
  return [...text.matchAll(/^\t\{\n([^]*?)^\t\},$/gm)].map(([, body = '']) =>
    Object.fromEntries(
      body.split('\n').flatMap((line) => {
        const [, name = '', part = '', count = '0', value = ''] =
          /^\t\t(\w+) => +(?:\('([^']*)' x (\d+)\) \. )?'([^']*)'/.exec(line) ?? [];
        return name === '' ? [] : [[name, part.repeat(Number(count)) + value]];
      }),
    ),
  );
}

const told = (reference: ReturnType<typeof parseWrittenReference>): string => {
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${digest === null ? (tag === null ? '' : `:${tag}`) : `@${digest}`}`;
};

suite('8. references of images', () => {
  test('ref_test.go', (t) => {
    const source = openUpstream('docker-library/meta-scripts').text('registry/ref_test.go');
    const rows = [...source.matchAll(/^\t\t\{"([^"]+)", "([^"]+)"\},$/gm)];
    for (const [, text = '', full = ''] of rows) {
      assert.equal(told(parseDeployReference(text)), full);
      const familiar = full.replace(/^docker\.io\/(?:library\/)?/, '');
      assert.equal(formatDeployReference(parseDeployReference(text)), familiar);
    }
    assert.equal(rows.length, 11);
    t.diagnostic(`${rows.length} references`);
  });

  test('remoteimageref.t: what is read of a reference', (t) => {
    const counts = { read: 0, refused: 0, joined: 0, notCompared: 0 };
    for (const { input = '', name, err, domain, repository, tag, digest, combined } of perlCases(
      'distributionReferenceTestcases',
    )) {
      if (err !== undefined) {
        assert.throws(() => parseWrittenReference(input), { code: 'REFERENCE_INVALID' }, input);
        counts.refused += 1;
      } else if (combined !== undefined) {
        // digests of these cases are too short for ours
        if (digest !== undefined && !isDigest(digest)) {
          counts.notCompared += 1;
          continue;
        }
        const reference = { ...parseWrittenReference(name ?? ''), tag: tag ?? null };
        assert.equal(formatDeployReference(reference), combined);
        counts.joined += 1;
      } else {
        const found = parseWrittenReference(input);
        assert.deepEqual([found.tag, found.digest], [tag ?? null, digest ?? null], input);
        if (repository !== undefined) {
          const familiar = formatDeployReference({ ...found, tag: null, digest: null });
          assert.equal(familiar, repository, input);
        }
        if (domain !== undefined && domain !== '') assert.equal(found.registry, domain, input);
        if (name !== undefined) assert.equal(found.repository, name, input);
        counts.read += 1;
      }
    }
    assert.ok(counts.read > 20 && counts.refused > 10, JSON.stringify(counts));
    t.diagnostic(JSON.stringify(counts));
  });

  test('remoteimageref.t: the names of Docker Hub', (t) => {
    const cases = perlCases('distributionNormalizeTestcases');
    for (const { RemoteName, FamiliarName, FullName, AmbiguousName, Domain } of cases) {
      for (const text of [FamiliarName, FullName, AmbiguousName].filter(Boolean)) {
        const found = parseWrittenReference(text ?? '');
        assert.equal(formatDeployReference(found), FamiliarName, text);
        assert.equal(`${found.registry}/${found.repository}`, FullName, text);
        assert.deepEqual([found.registry, found.repository], [Domain, RemoteName], text);
      }
    }
    assert.equal(cases.length, 14);
    t.diagnostic(`${cases.length} names`);
  });

  test('remoteimageref.t: whole references', (t) => {
    const cases = perlCases('distributionNormalizeRefTestcases');
    for (const { input = '', expected } of cases) {
      const found = parseWrittenReference(input);
      const tag = found.digest === null ? (found.tag ?? 'latest') : null;
      assert.equal(told({ ...found, tag }), expected, input);
    }
    assert.equal(cases.length, 11);
    t.diagnostic(`${cases.length} references`);
  });
});
