/**
 * Writes `data/licence-texts.bin`, by which licence texts are recognised, from the texts of SPDX's licence list as the
 * npm package spdx-license-list (CC0-1.0) carries them.
 *
 *   node scripts/make-licence-index.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { LISTED_LICENCES, listedLicence } from '../src/licences/spdx-list.ts';
import { formatTextIndex, type IndexedText } from '../src/licences/text-index.ts';
import { shinglesOf } from '../src/licences/text-shingles.ts';

/** Shingles that are kept of a licence, at most: more would make the file larger, and no answer surer. */
const MAX_SAMPLED = 192;

/** Shorter texts are too little to tell anything by. */
const MIN_SHINGLES = 12;

interface ListedText {
  readonly name: string;
  readonly osiApproved: boolean;
  readonly licenseText: string;
}

/**
 * A licence without what some copies leave out: how to apply it to one's work, and the GPL at the end of the LGPL 3.
 */
function termsOf(text: string): string {
  const ends = [/END OF TERMS AND CONDITIONS/, /^\s*GNU GENERAL PUBLIC LICENSE\s+Version 3/m].flatMap(
    (end) => {
      const at = text.search(end);
      return at > 2000 ? [at] : [];
    },
  );
  return text.slice(0, Math.min(...ends, text.length));
}

type Variant = readonly (readonly [from: RegExp, to: string])[];

/** Wordings of which the list has one: who disclaims, and whose name must not be used. */
const VARIANTS: Readonly<Record<string, readonly Variant[]>> = {
  ISC: [[[/\bISC (?=DISCLAIMS|BE)/g, 'THE AUTHOR ']]],
  'BSD-2-Clause': [[[/\bCOPYRIGHT HOLDERS?(?: AND| OR) CONTRIBUTORS\b/g, 'AUTHOR']]],
  'BSD-3-Clause': [
    [
      [/the copyright holder(?= nor)/g, 'the University'],
      [/THE COPYRIGHT HOLDERS? (?=AND|OR)/g, 'THE REGENTS '],
    ],
    [
      [/Neither the name of the copyright holder[^.]*? may\b/g, 'The name of the author may not'],
      [/\bCOPYRIGHT HOLDERS?(?: AND| OR) CONTRIBUTORS\b/g, 'AUTHOR'],
    ],
  ],
};

/** The notice that many put in place of the licence, as its appendix words it. */
const APACHE_NOTICE = /Licensed under the Apache License[^]*?limitations under the License\./;

/** The list's own text, and what else is to be taken for the licence. */
function wordingsOf(id: string): readonly string[] {
  const listed = list[id]?.licenseText ?? '';
  const text = termsOf(listed);
  const variants = (VARIANTS[id] ?? []).map((variant) =>
    variant.reduce((varied, [from, to]) => varied.replaceAll(from, to), text),
  );
  const notices = id === 'Apache-2.0' ? (listed.match(APACHE_NOTICE) ?? []) : [];
  return [text, ...variants, ...notices];
}

const require = createRequire(import.meta.url);
const list = JSON.parse(readFileSync(require.resolve('spdx-license-list/spdx-full.json'), 'utf8')) as Record<
  string,
  ListedText
>;
const current = new Set(LISTED_LICENCES.filter((id) => listedLicence(id) === id));

/** Of licences with one text the first stays: approved ones, then those with the shorter identifiers. */
const ids = Object.keys(list)
  .filter((id) => current.has(id) && !/-or-later$|invariants/.test(id))
  .sort(
    (a, b) =>
      Number(list[b]?.osiApproved) - Number(list[a]?.osiApproved) || a.length - b.length || (a < b ? -1 : 1),
  );

const texts: IndexedText[] = [];
const entries: { readonly shingle: number; readonly text: number }[] = [];
const known = new Set<string>();
for (const id of ids) {
  for (const wording of wordingsOf(id)) {
    const all = [...new Set(shinglesOf(Buffer.from(wording)))];
    let rate = 1;
    while (all.filter((shingle) => shingle % rate === 0).length > MAX_SAMPLED) rate *= 2;
    const sample = all.filter((shingle) => shingle % rate === 0).sort((a, b) => a - b);
    const key = sample.join(' ');
    if (all.length < MIN_SHINGLES || known.has(key)) continue;
    known.add(key);
    entries.push(...sample.map((shingle) => ({ shingle, text: texts.length })));
    texts.push({ id, sampled: sample.length, rate });
  }
}

entries.sort((a, b) => a.shingle - b.shingle || a.text - b.text);
const file = formatTextIndex({
  texts,
  shingles: Uint32Array.from(entries, ({ shingle }) => shingle),
  owners: Uint16Array.from(entries, ({ text }) => text),
});
writeFileSync(new URL('../data/licence-texts.bin', import.meta.url), file);
console.log(`${texts.length} texts, ${entries.length} shingles, ${file.length} bytes`);
