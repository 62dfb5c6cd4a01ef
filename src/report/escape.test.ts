import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { escapeMarkdown, escapeTerminal, markdownCode, shorten } from './escape.ts';

test('what could forge or hide a line of a report becomes visible', () => {
  const cases: readonly (readonly [what: string, text: string, escaped: string])[] = [
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['a new line', 'a\nb', 'a\\u{a}b'],
    ['a carriage return', 'bad\rgood', 'bad\\u{d}good'],
    ['a backspace', 'x\b', 'x\\u{8}'],
    ['a tab', 'a\tb', 'a\\u{9}b'],
    ['DEL', '\u007f', '\\u{7f}'],
    ['the C1 form of an escape sequence', '\u009b31m', '\\u{9b}31m'],
    ['a next line', '\u0085', '\\u{85}'],
    ['a line separator', '\u2028', '\\u{2028}'],
    ['a bidirectional override', '\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a bidirectional isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a zero-width space', 'lod\u200bash', 'lod\\u{200b}ash'],
    ['a byte order mark', '\ufeffx', '\\u{feff}x'],
    ['a Hangul filler', '\u3164', '\\u{3164}'],
    ['a variation selector', 'a\ufe0f', 'a\\u{fe0f}'],
    ['tag characters, which spell invisible text', '\u{e0041}', '\\u{e0041}'],
    ['a lone high surrogate', 'a\ud83d', 'a\\u{d83d}'],
    ['a lone low surrogate', '\ude00b', '\\u{de00}b'],
  ];
  for (const [what, text, escaped] of cases) assert.equal(escapeTerminal(text), escaped, what);
});

test('text that anybody writes stays as it is', () => {
  for (const text of ['', 'libstdc++6 12.2.0-14', 'Grüße, Zoë', '日本語', 'עברית', '😀', 'C:\\u{1b}']) {
    assert.equal(escapeTerminal(text), text);
  }
});

/** Any string at all, also with halves of surrogate pairs. */
const codeUnits = fc.uint16Array().map((units) => String.fromCharCode(...units));

test('nothing that a terminal acts on is left, and escaping again changes nothing', () => {
  fc.assert(
    fc.property(codeUnits, (text) => {
      const escaped = escapeTerminal(text);
      assert.doesNotMatch(escaped, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.ok(escaped.isWellFormed());
      assert.equal(escapeTerminal(escaped), escaped);
    }),
    { numRuns: 500 },
  );
});

test('text stays text in Markdown', () => {
  const cases: readonly (readonly [text: string, escaped: string])[] = [
    ['libssl3 3.0.13-1~deb12u1', 'libssl3 3.0.13-1\\~deb12u1'],
    ['a_b [c](d) <e> & `f` | $g$ *h*', 'a\\_b \\[c\\](d) \\<e\\> \\& \\`f\\` \\| \\$g\\$ \\*h\\*'],
    ['a\n# b', 'a\\\\u{a}# b'],
    ['# a', '\\# a'],
    ['- a', '\\- a'],
    ['12. a', '12\\. a'],
    ['http://a.example', 'http\\://a.example'],
    ['www.a.example', 'www\\.a.example'],
  ];
  for (const [text, escaped] of cases) assert.equal(escapeMarkdown(text), escaped);
  fc.assert(
    fc.property(codeUnits, (text) => {
      assert.doesNotMatch(escapeMarkdown(text), /(?<!\\)(?:\\\\)*[`*_[\]<>&|~$]|\n/);
    }),
  );
});

test('code is fenced by more backticks than stand in it', () => {
  const cases: readonly (readonly [text: string, code: string])[] = [
    ['8.0', '`8.0`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['a``', '``` a`` ```'],
    [' a ', '`  a  `'],
    ['', ''],
    ['a\nb', '`a\\u{a}b`'],
  ];
  for (const [text, code] of cases) assert.equal(markdownCode(text), code);
});

test('long text ends in an ellipsis, and characters are not cut in two', () => {
  const cases: readonly (readonly [text: string, width: number, short: string])[] = [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀', 2, '😀…'],
    ['abc', 1, '…'],
    ['abc', Infinity, 'abc'],
  ];
  for (const [text, width, short] of cases) assert.equal(shorten(text, width), short);
});
