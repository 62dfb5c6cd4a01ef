/** `META-INF/MANIFEST.MF`. JAR File Specification, "JAR Manifest". */

/** What is kept of a manifest, by attribute in lower case. */
export type Manifest = Readonly<Partial<Record<Attribute, string>>>;

type Attribute = (typeof ATTRIBUTES)[number];

const ATTRIBUTES = [
  'automatic-module-name',
  'bundle-description',
  'bundle-docurl',
  'bundle-license',
  'bundle-name',
  'bundle-symbolicname',
  'bundle-vendor',
  'bundle-version',
  'extension-name',
  'group-id',
  'implementation-title',
  'implementation-url',
  'implementation-vendor',
  'implementation-vendor-id',
  'implementation-version',
  'long-name',
  'plugin-dependencies',
  'plugin-version',
  'short-name',
  'specification-title',
  'specification-version',
  'url',
] as const;

/** What jars that are not built by Maven often say in a section of their main package instead. */
const IN_SECTIONS = [
  'implementation-title',
  'implementation-vendor',
  'implementation-version',
  'specification-title',
] as const satisfies readonly Attribute[];

/** A signed jar has a section of a hundred bytes for each class. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
const MAX_VALUE_LENGTH = 4000;

/**
 * The main attributes; those of `IN_SECTIONS` that are missing come from the sections where all of these that have the
 * attribute agree. Lines are unfolded before they are decoded: a writer may part them within a character.
 */
export function parseManifest(content: Uint8Array): Manifest {
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
  const mainEnd = /\r?\n\r?\n|\r\r/.exec(text)?.index ?? text.length;
  const found: Partial<Record<Attribute, string>> = {};
  for (const [attribute, value] of attributesIn(text.slice(0, mainEnd))) found[attribute] = value;
  if (found['implementation-version'] === undefined && found['bundle-version'] === undefined) {
    Object.assign(found, agreedInSections(text.slice(mainEnd)), { ...found });
  }
  return found;
}

function* attributesIn(text: string): Generator<[Attribute, string]> {
  for (const line of text.replaceAll(/(?:\r\n|\r|\n) /g, '').split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(':');
    const attribute = known(line.slice(0, Math.max(colon, 0)).toLowerCase());
    if (attribute === undefined) continue;
    const value = Buffer.from(line.slice(colon + 1), 'latin1')
      .toString()
      .trim();
    // left behind by a build that filters no resources
    if (value !== '' && !value.includes('${')) yield [attribute, value.slice(0, MAX_VALUE_LENGTH)];
  }
}

function known(name: string): Attribute | undefined {
  return ATTRIBUTES.find((attribute) => attribute === name);
}

function agreedInSections(text: string): Partial<Record<Attribute, string>> {
  // most have digests of classes alone, thousands of them
  if (!/^(?:Implementation|Specification)-/im.test(text)) return {};
  const values = Map.groupBy(attributesIn(text), ([attribute]) => attribute);
  const agreed: Partial<Record<Attribute, string>> = {};
  for (const attribute of IN_SECTIONS) {
    const [first, ...rest] = new Set(values.get(attribute)?.map(([, value]) => value));
    if (first !== undefined && rest.length === 0) agreed[attribute] = first;
  }
  return agreed;
}
