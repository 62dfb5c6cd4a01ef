/** What is changed in a layout's list of manifests. OCI image spec, image-layout.md, "index.json file". */
import { COSIGN_KIND, COSIGN_KINDS, isAttached, REF_NAME } from '../sources/oci-layout.ts';
import type { ListedEntry } from './open-index.ts';

export type EntryChange = (entries: readonly ListedEntry[]) => readonly ListedEntry[];

/** An entry once, however often it is added. */
export function addOnce(entry: ListedEntry): EntryChange {
  return (entries) =>
    entries.some(({ digest }) => digest === entry.digest) ? entries : insert(entry, entries);
}

/**
 * An entry under a name, one of cosign's tags with the annotation by which cosign knows it. What had the name before stays in
 * the list without it, as skopeo leaves it.
 */
export function addNamed(entry: ListedEntry, name: string): EntryChange {
  const suffix = /^sha256-[0-9a-f]{64}\.([a-z]+)$/.exec(name)?.[1] ?? '';
  const kind = COSIGN_KINDS[suffix];
  const own = { [REF_NAME]: name, ...(kind === undefined ? {} : { [COSIGN_KIND]: kind }) };
  return (entries) => {
    const known = entries.find(
      (one) => one.digest === entry.digest && [undefined, name].includes(annotationsOf(one)[REF_NAME]),
    );
    const others = entries.filter((one) => one !== known).map((one) => withoutName(one, name));
    const named = { ...(known ?? entry), annotations: { ...annotationsOf(known ?? entry), ...own } };
    return insert(named, others);
  };
}

/** Images come before what is attached to them: some programs take the first entry for the image. */
function insert(entry: ListedEntry, entries: readonly ListedEntry[]): readonly ListedEntry[] {
  const at = isAboutAnImage(entry)
    ? entries.length
    : entries.findLastIndex((one) => !isAboutAnImage(one)) + 1;
  return entries.toSpliced(at, 0, entry);
}

function isAboutAnImage(entry: ListedEntry): boolean {
  const { artifactType } = entry;
  return isAttached({
    artifactType: typeof artifactType === 'string' ? artifactType : null,
    annotations: annotationsOf(entry),
  });
}

/** Their shape was checked when the list was read. */
function annotationsOf(entry: ListedEntry): Readonly<Record<string, string>> {
  return (entry['annotations'] ?? {}) as Readonly<Record<string, string>>;
}

function withoutName(entry: ListedEntry, name: string): ListedEntry {
  const { [REF_NAME]: found, ...annotations } = annotationsOf(entry);
  if (found !== name) return entry;
  const { annotations: _, ...fields } = entry;
  return { ...fields, digest: entry.digest, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
}
