import { createHash } from 'node:crypto';
import { joinExpressions } from './spdx-expression.ts';
import { createTextIndex, placeIn, type TextIndex } from './text-index.ts';
import { shinglesOf } from './text-shingles.ts';

/** What the text of a file is. */
export interface ClassifiedText {
  /** Several licences in one file are joined by AND: what relates them the texts do not say. */
  readonly expression: string;
  /** The part of the licence's text that is in the file, from 0 to 1; of several licences the least. */
  readonly confidence: number;
}

/** Less of a licence's text is another licence, or a remark about it. */
const MIN_CONFIDENCE = 0.8;

/** Less is a remark. */
const MIN_SHINGLES = 10;

/** A licence whose text is mostly a part of a larger one's that was found is not there a second time. */
const MIN_OWN = 0.5;

/** What has less of a licence is another one that has sentences of it. */
const MIN_COPY = 0.5;

/** A file with the texts of more is about all that was bundled with something: no package has so many. */
const MAX_LICENCES = 6;

/** Words that differ between two shingles of one copy of a licence, at most: a name and what is around it. */
const MAX_GAP = 16;

/** Of one in so many shingles, random as they are, one in a thousand is farther from the next than seven times that. */
const GAPS_BY_CHANCE = 7;

interface Candidate {
  readonly text: number;
  /** Where its shingles are in the file, each as often as it is there. */
  readonly places: readonly number[];
  /** Different shingles that are there. */
  readonly found: number;
  /** In shingles: those found less those missing. */
  readonly score: number;
}

/** Different wordings that are remembered. Copies of one licence mostly differ in their copyright lines alone. */
const MAX_REMEMBERED = 1000;

/**
 * Answers which licences of SPDX's list a text holds; null where it holds none. GNU licences are told as `-only`: that
 * later versions may be chosen is said where they are granted, not in their text.
 */
export function createTextClassifier(
  readIndex: () => TextIndex = createTextIndex(),
): (content: Uint8Array) => ClassifiedText | null {
  const remembered = new Map<string, ClassifiedText | null>();
  return (content) => {
    const shingles = shinglesOf(content);
    if (shingles.length < MIN_SHINGLES) return null;
    // a digest that nobody can make collide: one file of an image must not answer for another
    const key = createHash('sha256').update(shingles).digest('base64');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const found = classify(shingles, readIndex());
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, found);
    return found;
  };
}

function classify(shingles: Uint32Array, index: TextIndex): ClassifiedText | null {
  const covered = new Uint8Array(shingles.length);
  const licences: { readonly id: string; readonly confidence: number }[] = [];
  for (const { text, places, found } of candidatesOf(shingles, index)) {
    const { id, sampled, rate } = index.texts[text] ?? NO_TEXT;
    const own = places.filter((place) => covered[place] === 0);
    if (countDistinct(shingles, own) < MIN_OWN * sampled) continue;
    if (licences.length === MAX_LICENCES) return null;
    licences.push({ id, confidence: found / sampled });
    for (const copy of copiesOf(places, rate === 1 ? MAX_GAP : MAX_GAP + GAPS_BY_CHANCE * rate)) {
      if (countDistinct(shingles, copy) < MIN_COPY * sampled) continue;
      // of a long text only a sample is known: what lies between its places is of it, too
      covered.fill(1, copy[0], (copy.at(-1) ?? 0) + 1);
    }
  }
  if (licences.length === 0) return null;
  const ids = new Set(licences.map(({ id }) => id));
  const confidence = Math.min(...licences.map((licence) => licence.confidence));
  return { expression: joinExpressions([...ids], 'AND'), confidence: Math.round(confidence * 1000) / 1000 };
}

const NO_TEXT = { id: '', sampled: Infinity, rate: 1 } as const;

/** Licences whose text is there, the best first. Some shingles are in hundreds of texts: first these are only counted. */
function candidatesOf(shingles: Uint32Array, index: TextIndex): readonly Candidate[] {
  const { texts, owners } = index;
  const firsts = shingles.map((shingle) => placeIn(index, shingle));
  const found = new Uint32Array(texts.length);
  for (const first of new Set(firsts)) {
    for (let at = first; index.shingles[at] === index.shingles[first]; at++) {
      const text = owners[at];
      if (text === undefined) break;
      found[text] = (found[text] ?? 0) + 1;
    }
  }
  const isThere = (text: number) => (found[text] ?? 0) >= MIN_CONFIDENCE * (texts[text] ?? NO_TEXT).sampled;
  const places = new Map(texts.flatMap((_, text) => (isThere(text) ? [[text, [] as number[]]] : [])));
  for (let place = 0; places.size > 0 && place < firsts.length; place++) {
    const first = firsts[place] ?? 0;
    for (let at = first; index.shingles[at] === shingles[place]; at++) {
      const text = owners[at] ?? 0;
      if (isThere(text)) places.get(text)?.push(place);
    }
  }
  return [...places]
    .map(([text, places]): Candidate => {
      const { sampled, rate } = index.texts[text] ?? NO_TEXT;
      const count = found[text] ?? 0;
      // a longer text wins where it is there, not where some more words of it are
      return { text, places, found: count, score: (count - (sampled - count)) * rate };
    })
    .sort((a, b) => b.score - a.score || a.text - b.text);
}

function countDistinct(shingles: Uint32Array, places: readonly number[]): number {
  return new Set(places.map((place) => shingles[place])).size;
}

/** Places that are near each other, in their order. */
function copiesOf(places: readonly number[], maxGap: number): readonly (readonly number[])[] {
  const copies: number[][] = [];
  for (const place of places) {
    const copy = copies.at(-1);
    if (copy === undefined || place - (copy.at(-1) ?? 0) > maxGap) copies.push([place]);
    else copy.push(place);
  }
  return copies;
}
