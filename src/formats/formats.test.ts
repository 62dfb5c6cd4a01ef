import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { parseJsonObject } from './json.ts';
import { parseToml } from './toml.ts';
import { childText, parseXml, type XmlElement } from './xml.ts';
import { parseYaml } from './yaml.ts';

describe('XML', () => {
  const show = ({ name, children, text }: XmlElement): unknown =>
    children.length === 0 ? `${name}=${text.trim()}` : [name, ...children.map(show)];

  test('elements, text and namespaces', () => {
    const root = parseXml(
      `<?xml version="1.0"?><!-- c --><p:a xmlns:p="urn:x" k="v &amp; w"><b>1 &lt; 2</b><c><![CDATA[<x>]]></c></p:a>`,
    );
    assert.ok(root);
    assert.deepEqual(show(root), ['a', 'b=1 < 2', 'c=<x>']);
    assert.equal(root.namespace, 'urn:x');
    assert.equal(root.attributes.get('k'), 'v & w');
    assert.equal(childText(root, 'b'), '1 < 2');
    assert.equal(childText(root, 'd'), null);
  });

  for (const [name, text] of [
    ['nothing', ''],
    ['text', 'hello'],
    ['an open element', '<a><b></b>'],
    ['crossed elements', '<a><b></a></b>'],
    ['an entity that a document type defines', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['a thousand levels', '<a>'.repeat(1000) + '</a>'.repeat(1000)],
    // in a moment: behind an error no more is read than a piece
    ['a hundred thousand levels', '<a>'.repeat(100_000)],
  ] as const) {
    test(`refused: ${name}`, () => assert.equal(parseXml(text), null));
  }
});

describe('TOML and YAML', () => {
  test('tables and lists', () => {
    assert.deepEqual(structuredClone(parseToml('a = 1\n[[b]]\nc = "d"\n')), { a: 1, b: [{ c: 'd' }] });
    assert.deepEqual(parseYaml('a: 1\nb:\n- c: d\n'), { a: 1, b: [{ c: 'd' }] });
  });

  test('what is neither', () => {
    assert.equal(parseToml('= 1'), null);
    assert.equal(parseYaml('a: [1'), undefined);
    assert.equal(parseToml(`a = ${'['.repeat(100_000)}`), null);
    assert.equal(parseYaml('['.repeat(20_000)), undefined);
  });

  test('many errors take time that follows their number', () => {
    const spent = startCpuTime();
    assert.equal(parseYaml('[[a]]\n'.repeat(100_000)), undefined);
    assert.equal(parseYaml(`a: b\nc: ${'[[a]]\n'.repeat(10_000)}`), undefined);
    assert.ok(spent() < LITTLE);
  });

  test('aliases do not multiply', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0 ? 'l0: &l0 [x,x,x,x,x,x,x,x,x]' : `l${level}: &l${level} [${`*l${level - 1},`.repeat(9)}]`,
    );
    assert.equal(parseYaml(levels.join('\n')), undefined);
  });
});

test('no text makes a reader throw', () => {
  const pieces = fc.constantFrom(
    '<a',
    '>',
    '</',
    '[',
    ']',
    '=',
    '"',
    "'",
    '\n',
    '- ',
    ': ',
    '&a',
    '*a',
    '{',
    '}',
    '\0',
    'é',
    '<![CDATA[',
    '|',
    '%',
    '!!',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      parseXml(text);
      parseToml(text);
      parseYaml(text);
      parseJsonObject(text);
    }),
    { numRuns: 500 },
  );
});
