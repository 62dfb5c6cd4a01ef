import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { createLogPrinter } from './log-printer.ts';

function printed(...parts: readonly string[]): string {
  let text = '';
  const printer = createLogPrinter((part) => (text += part));
  for (const part of parts) printer.print(part);
  printer.end();
  return text;
}

suite('logs on a terminal', () => {
  const cases: readonly (readonly [what: string, log: string, shown: string])[] = [
    ['nothing', '', ''],
    ['lines and tabs stay', 'a\tb\n\nc\n', 'a\tb\n\nc\n'],
    ['the last line ends', 'a\nb', 'a\nb\n'],
    ['Windows line ends', 'a\r\nb\r\n', 'a\nb\n'],
    ['progress bars', '10%\r50%\r100%\n', '10%\n50%\n100%\n'],
    ['colours are left out', '\u001b[1;31mE:\u001b[0m no\n', 'E: no\n'],
    ['other sequences are shown', '\u001b[2Jx\u001b]0;title\u0007\n', '\\u{1b}[2Jx\\u{1b}]0;title\\u{7}\n'],
    ['a direction that deceives', 'a\u202eb\n', 'a\\u{202e}b\n'],
  ];
  for (const [what, log, shown] of cases) test(what, () => assert.equal(printed(log), shown));

  test('a line without an end is not held back for ever', () => {
    const text: string[] = [];
    const printer = createLogPrinter((part) => text.push(part));
    for (let at = 0; at < 100; at += 1) printer.print('x'.repeat(1024));
    assert.ok(text.length > 0);
  });

  test('wherever it is parted, the same is shown, and nothing that acts on a terminal', () => {
    const log = fc.array(fc.constantFrom('a', '\n', '\r', '\t', '\u001b', '[', '1', 'm', '\u0007', '\u202e'));
    fc.assert(
      fc.property(log, fc.nat(20), (characters, at) => {
        const whole = printed(characters.join(''));
        assert.equal(printed(characters.slice(0, at).join(''), characters.slice(at).join('')), whole);
        assert.doesNotMatch(whole, /[^\P{Cc}\n\t]|\p{Cf}/u);
      }),
    );
  });
});
