/** Words of licences' names that tell none from another. */
const NOISE: ReadonlySet<string> = new Set(
  'a agreement an license licence licenses licences licensed of software terms the under v ver version'.split(
    ' ',
  ),
);

/**
 * What two spellings of a licence's name have in common: `The Apache Software License, Version 2.0`, `Apache-2.0` and
 * `apache license v2.0` are all `apache 2.0`. A `+` that ends a word stands alone; comparisons
 * stay, for they change what is meant.
 */
export function nameKey(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/https?:\/\/(?:www\.)?/g, '')
    .replaceAll(/[^\p{L}\p{N}.+<=>]+/gu, ' ')
    .replaceAll(/([\p{L}\p{N}])\+(?= |$)/gu, '$1 +')
    .replaceAll(/([a-z])v?(?=\d)/g, '$1 ')
    .split(' ')
    .map((word) => word.replaceAll(/^\.+|\.+$/g, ''))
    .filter((word) => word !== '' && !NOISE.has(word))
    .join(' ');
}
