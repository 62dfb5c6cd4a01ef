/**
 * What the statements about a product are found by: its package URL without version, qualifiers and subpath, in lower
 * case, for documents differ in these. Anything else is its own key.
 */
export function vexProductKey(identifier: string): string {
  if (!identifier.startsWith('pkg:')) return identifier;
  const [base = ''] = identifier.split(/[?#]/, 1);
  // an at sign in a name is written %40 (package-url specification, "Rules for each purl component")
  const at = base.lastIndexOf('@');
  return (at > base.lastIndexOf('/') ? base.slice(0, at) : base).toLowerCase();
}
