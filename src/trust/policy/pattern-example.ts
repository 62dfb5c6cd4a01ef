/** A text that a glob matches, and that shows how much it leaves open. */
export function patternExample(glob: string): string {
  return glob.replaceAll('**', 'stranger/anything').replaceAll(/[*?]/g, 'x');
}
