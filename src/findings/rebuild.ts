/**
 * The version whose source a Debian release carries under an older-looking version: `2.9.14+dfsg-1.3` for
 * `2.9.14+dfsg-1.3~deb12u6`, `1.8-2` for `1.8-2~bpo12+1`; null for other versions. What was fixed in that version is
 * fixed in the rebuild too, although a rebuild sorts before it, so that an upgrade of the release replaces it. Fixes of
 * the release itself (`1.3~deb12u7`) are other versions. Debian Developer's Reference, "Special case: uploads to the
 * stable and oldstable distributions"; backports.debian.org, "Contribute".
 */
export function rebuiltVersion(version: string): string | null {
  const suffix = /~(?:deb\d+u|bpo\d+\+)\d+$/.exec(version);
  return suffix === null ? null : version.slice(0, suffix.index);
}
