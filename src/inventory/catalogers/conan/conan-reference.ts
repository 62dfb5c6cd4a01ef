import { formatPurl, type Purl } from '../../../model/purl.ts';

/** `name/version@user/channel#revision%timestamp`, of which user and channel are only there together. Conan, "Package naming". */
export interface ConanReference {
  readonly name: string;
  readonly version: string;
  readonly user: string | null;
  readonly channel: string | null;
  /** Revision of the recipe. */
  readonly rrev: string | null;
}

/** A range of versions, in brackets, names none. Conan, `conanfile.py`, "name". */
const REFERENCE =
  /^([A-Za-z0-9_][\w+.-]*)\/([A-Za-z0-9_][\w+.-]*)(?:@(?:([A-Za-z0-9_][\w+.-]*)\/([A-Za-z0-9_][\w+.-]*))?)?(?:#([\w.:-]*))?(?:%[\d.]+)?$/;

/** Each of the parts has at most 101 characters. */
const MAX_LENGTH = 600;

/** Null for what is no reference to one version. */
export function parseReference(text: string): ConanReference | null {
  const [, name, version, user, channel, revision] =
    REFERENCE.exec(text.length > MAX_LENGTH ? '' : text.trim()) ?? [];
  if (name === undefined || version === undefined) return null;
  // what Conan 1 writes without revisions
  const rrev = revision === undefined || revision === '' || revision === '0' ? null : revision;
  return { name, version, user: user ?? null, channel: channel ?? null, rrev };
}

/** `pkg:conan/openssl@3.0.3?user=acme&channel=stable&rrev=…`; the namespace, a vendor, is written nowhere. */
export function conanPurl({ name, version, user, channel, rrev }: ConanReference): Purl {
  return formatPurl({ type: 'conan', name, version, qualifiers: { user, channel, rrev } });
}
