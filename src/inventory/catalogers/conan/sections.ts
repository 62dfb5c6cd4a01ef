/**
 * The lines in sections of a file in the form of `conanfile.txt`, without comments; those before the first section are left
 * out. Conan, "conanfile.txt".
 */
export function sectionLines(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const row of text.split('\n')) {
    // a revision too begins with `#`, and has no blank before it
    const line = row.replace(/(?:^|\s)#[^]*$/, '').trim();
    const name = /^\[([a-z_]{1,40})\]$/.exec(line)?.[1];
    if (name !== undefined) {
      current = sections.get(name) ?? [];
      sections.set(name, current);
    } else if (line !== '') {
      current.push(line);
    }
  }
  return sections;
}
