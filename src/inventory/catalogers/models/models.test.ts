import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { parseSafetensors } from '../../../formats/safetensors.ts';
import { ggufCataloger } from './gguf.ts';
import { huggingFaceCacheCataloger } from './huggingface-cache.ts';
import { safetensorsCataloger } from './safetensors.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const MODELS = { catalogers: [ggufCataloger, huggingFaceCacheCataloger, safetensorsCataloger] };
const tiny = fixture('models/tiny-stories.gguf');

describe('models of an image', () => {
  const { packages, coverage } = inventoryOf([
    {
      // Ollama keeps models under their digests
      'root/.ollama/models/blobs/sha256-0123': tiny,
      'models/big-endian.gguf': fixture('models/big-endian.gguf'),
      'models/lora.safetensors': fixture('models/lora.safetensors'),
      'models/trained.safetensors': fixture('models/trained.safetensors'),
      'models/plain.safetensors': fixture('models/plain.safetensors'),
      'root/.cache/huggingface/hub/models--example-org--tiny-stories-2m/refs/main': COMMIT,
      'root/.cache/huggingface/hub/models--example-org--tiny-stories-2m/refs/v1': COMMIT,
      'root/.cache/huggingface/hub/models--gpt2/refs/main': COMMIT,
      'root/.cache/huggingface/hub/datasets--example-org--stories/refs/main': COMMIT,
      'srv/project.git/refs/main': COMMIT,
    },
  ]);

  test('are these', () => {
    assert.deepEqual(
      packages.map(({ purl, name, licences, evidence }) => [
        purl,
        name,
        licences,
        evidence.map(({ path }) => path),
      ]),
      [
        ['pkg:generic/Big-Endian', 'Big-Endian', ['MIT'], ['models/big-endian.gguf']],
        ['pkg:generic/Watercolour%20LoRA', 'Watercolour LoRA', ['CC-BY-4.0'], ['models/lora.safetensors']],
        [`pkg:generic/gpt2@${COMMIT}`, 'gpt2', [], ['root/.cache/huggingface/hub/models--gpt2/refs/main']],
        ['pkg:generic/watercolour-v2', 'watercolour-v2', [], ['models/trained.safetensors']],
        [
          `pkg:huggingface/example-org/tiny-stories-2m@${COMMIT}`,
          'example-org/tiny-stories-2m',
          [],
          [
            'root/.cache/huggingface/hub/models--example-org--tiny-stories-2m/refs/main',
            'root/.cache/huggingface/hub/models--example-org--tiny-stories-2m/refs/v1',
          ],
        ],
        [
          'pkg:huggingface/example-org/tiny-stories-2m',
          'example-org/tiny-stories-2m',
          ['Apache-2.0'],
          ['root/.ollama/models/blobs/sha256-0123'],
        ],
      ],
    );
    assert.deepEqual(coverage, []);
  });

  test('say what their headers say', () => {
    const story = packages.find(({ licences }) => licences.includes('Apache-2.0'));
    assert.deepEqual(
      [story?.version, story?.supplier, story?.description, story?.homepage],
      ['v1.2', 'Example Organization', 'Tells short stories.', 'https://models.example/tiny-stories'],
    );
    const lora = packages.find(({ name }) => name === 'Watercolour LoRA');
    assert.deepEqual(lora?.supplier, 'A. Painter');
    assert.deepEqual(lora.checksums, [{ algorithm: 'sha256', hex: 'ab'.repeat(32) }]);
  });
});

test('of a model of many gigabytes the beginning is read', () => {
  const large = Buffer.concat([tiny, Buffer.alloc(17 * 1024 * 1024)]);
  const { packages, coverage } = inventoryOf([{ 'model.gguf': large }], MODELS);
  assert.equal(packages.length, 1);
  assert.deepEqual(coverage, []);
});

const safetensors = (header: string, length = header.length) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([bytes, Buffer.from(header)]);
};

describe('damage', () => {
  for (const [name, path, content] of [
    ['a model that ends in its header', 'a.gguf', tiny.subarray(0, 700)],
    ['a version from the future', 'a.gguf', Buffer.from('GGUF\x09\0\0\0')],
    ['no safetensors file', 'a.safetensors', Buffer.from('<!DOCTYPE html><title>404</title>')],
    ['nothing', 'a.safetensors', Buffer.alloc(0)],
    ['a header longer than the file', 'a.safetensors', safetensors('{"__metadata__":{}}', 5000)],
    ['a header of a terabyte', 'a.safetensors', safetensors('{', 2 ** 40)],
    ['a header that is no JSON', 'a.safetensors', safetensors('{"a":')],
  ] as const) {
    test(name, () => {
      const { coverage } = inventoryOf([{ [path]: content }], MODELS);
      assert.deepEqual(
        coverage.map(({ code, subject }) => [code, subject]),
        [['EVIDENCE_UNREADABLE', path]],
      );
    });
  }

  test('metadata of other types than text is left out, and no key reaches a prototype', () => {
    const header = parseSafetensors(
      safetensors('{"__metadata__":{"a":1,"__proto__":"x","modelspec.title":"t"},"w":{"dtype":"F32"}}'),
    );
    assert.ok(typeof header === 'object' && header !== null);
    assert.deepEqual(
      [...header.metadata],
      [
        ['__proto__', 'x'],
        ['modelspec.title', 't'],
      ],
    );
  });

  for (const [name, path, text] of [
    ['a commit that is none', 'hub/models--a--b/refs/main', 'ref: refs/heads/main\n'],
    ['no repository', 'hub/models--/refs/main', COMMIT],
    ['an owner of dots and slashes only in name', 'hub/models--a b--c/refs/main', COMMIT],
  ] as const) {
    test(`nothing, and no word: ${name}`, () => {
      const { packages, coverage } = inventoryOf([{ [path]: text }], MODELS);
      assert.deepEqual([packages, coverage], [[], []]);
    });
  }

  test('changed and cut files never throw', () => {
    const files = ['tiny-stories.gguf', 'lora.safetensors'].map(
      (name) => [name, fixture(`models/${name}`)] as const,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.nat(),
        fc.nat(255),
        ([name, content], cut, at, byte) => {
          const changed = Buffer.from(content.subarray(0, cut % (content.length + 1)));
          if (changed.length > 0) changed[at % changed.length] = byte;
          inventoryOf([{ [name]: changed }], MODELS);
        },
      ),
      { numRuns: 300 },
    );
  });
});
