/** A text that a glob matches, and that shows how much it leaves open. */
export function patternExample(glob: string): string {
  return glob
    .replace(/@\*\*$/, '@refs/heads/anything')
    .replace(/(?<=[^/])\/\*\*$/, '/anything')
    .replaceAll('**', 'stranger/anything')
    .replaceAll(/[*?]/g, 'x');
}
