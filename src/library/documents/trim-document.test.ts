import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { trimDocument } from './trim-document.ts';

const WHOLE = 'https://images.example/redis';
const TAGS = `# Supported tags and respective \`Dockerfile\` links\n\n${'-\t`8`\n\n'.repeat(200)}`;
const page = (rest: string) =>
  `<!-- made -->\n\n# Quick reference\n\nx\n\n${TAGS}# Quick reference (cont.)\n\n${rest}\n`;
const trim = (text: string, limitBytes: number) => trimDocument(text, { limitBytes, wholePage: WHOLE });

suite('pages that are too long', () => {
  test('a page that fits only loses the comment', () => {
    assert.equal(trim('<!-- made -->\n\ntext\n', 1000), 'text');
    assert.equal(trim('text <!-- made -->\n', 1000), 'text <!-- made -->');
    assert.equal(trim('<!-- open', 1000), '<!-- open');
  });

  test('first the list of tags goes', () => {
    const trimmed = trim(page('rest'), 600);
    assert.match(
      trimmed,
      /^# Quick reference\n\nx\n\n# Supported tags and respective `Dockerfile` links\n\n\*\*Note:\*\* this page is longer than the 600 bytes/,
    );
    assert.match(
      trimmed,
      /\n-\tSee \[the whole page\]\(https:\/\/images\.example\/redis#supported-tags-and-respective-dockerfile-links\)\n\n# Quick reference \(cont\.\)\n\nrest$/,
    );
  });

  test('then the end, between paragraphs', () => {
    const trimmed = trim(page('rest\n\n'.repeat(1000)), 800);
    assert.ok(Buffer.byteLength(trimmed) <= 800);
    assert.match(
      trimmed,
      /^\*\*Note:\*\* this page is longer than the 800 bytes that it may have here, so its end was left out\./,
    );
    assert.match(trimmed, /`8`\n\n\.\.\.\n\n\*\*Note:\*\*/);
  });

  test('never within a block of code', () => {
    const code = `before\n\n\`\`\`\`yaml\na\n\n\`\`\`\n\n${'b\n\n'.repeat(500)}\`\`\`\`\n\nafter`;
    const trimmed = trim(code, 700);
    assert.match(trimmed, /\n\nbefore\n\n\.\.\.\n\n\*\*Note/);
  });

  test('a limit that is too small leaves the note', () => {
    assert.match(trim('word '.repeat(1000), 10), /^\*\*Note:\*\* [^\n]*\.$/);
  });

  test('whatever the text, it fits, and no character is cut', () => {
    const text = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n\n', '```\n', '# ', TAGS)),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 500, max: 3000 }), (parts, limit) => {
        const trimmed = trim(parts.join(''), limit);
        assert.ok(Buffer.byteLength(trimmed) <= limit);
        assert.ok(trimmed.isWellFormed());
      }),
    );
  });
});
