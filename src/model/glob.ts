/**
 * True when a pattern matches the whole text: `*` any characters but slashes, `**` any, `?` one that is no slash. Everything
 * else stands for itself. Takes time in proportion to both lengths, whatever the pattern.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  // places in the pattern that some reading of the text so far has come to
  let places = skipStars(new Set([0]), pattern);
  for (const character of text.split('')) {
    const next = new Set<number>();
    for (const place of places) {
      const token = pattern[place];
      if (token === '*') {
        const isDouble = pattern[place + 1] === '*';
        if (isDouble || character !== '/') next.add(place);
      } else if (token === character || (token === '?' && character !== '/')) {
        next.add(place + 1);
      }
    }
    if (next.size === 0) return false;
    places = skipStars(next, pattern);
  }
  return places.has(pattern.length);
}

/** A star also stands for nothing. */
function skipStars(places: Set<number>, pattern: string): Set<number> {
  for (const place of places) {
    if (pattern[place] === '*') places.add(place + (pattern[place + 1] === '*' ? 2 : 1));
  }
  return places;
}
