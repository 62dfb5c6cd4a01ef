/** What is changed in a layout's list of manifests. OCI image spec, image-layout.md, "index.json file". */
import { COSIGN_KIND, COSIGN_KINDS, REF_NAME } from '../sources/oci-layout.ts';
import type { ListedEntry } from './open-index.ts';

export type EntryChange = (entries: readonly ListedEntry[]) => readonly ListedEntry[];

/** An entry once, however often it is added. */
export function addAttached(entry: ListedEntry): EntryChange {
  return (entries) => (entries.some(({ digest }) => digest === entry.digest) ? entries : [...entries, entry]);
}

/** An image under a name. What had the name before stays in the list without it, as skopeo leaves it. */
export function addNamed(entry: ListedEntry, name: string): EntryChange {
  const suffix = /^sha256-[0-9a-f]{64}\.([a-z]+)$/.exec(name)?.[1] ?? '';
  const kind = COSIGN_KINDS[suffix];
  const own = { [REF_NAME]: name, ...(kind === undefined ? {} : { [COSIGN_KIND]: kind }) };
  return (entries) => {
    const isFree = ({ digest, ...fields }: ListedEntry): boolean =>
      digest === entry.digest && [undefined, name].includes(annotationsOf(fields)[REF_NAME]);
    const known = entries.find(isFree);
    const others = entries.filter((one) => one !== known).map((one) => withoutName(one, name));
    return [...others, { ...(known ?? entry), annotations: { ...annotationsOf(known ?? entry), ...own } }];
  };
}

function annotationsOf(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return (fields['annotations'] ?? {}) as Readonly<Record<string, string>>;
}

function withoutName(entry: ListedEntry, name: string): ListedEntry {
  const { [REF_NAME]: found, ...annotations } = annotationsOf(entry);
  if (found !== name) return entry;
  const { annotations: _, ...fields } = entry;
  return { ...fields, digest: entry.digest, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
}
