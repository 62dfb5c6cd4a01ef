/** As the kernel's ELOOP: so many links are followed for one path. */
const LINKS_MAX = 40;
/**
 * So many components of link targets are gone through for one path. Real links have a handful; a hostile layer could
 * otherwise make each of its paths cost as much as forty targets of two thousand components.
 */
const TARGET_COMPONENTS_MAX = 256;

/**
 * A path after its links were followed, as for a process inside the root: an absolute target begins at the root, and
 * `..` at the root stays there. Null when the links go in a circle or too deep.
 *
 * @param links targets as written, by paths that go through no link themselves
 * @param last whether a link at the end of the path is followed as well, or is itself what is meant
 */
export function followLinks(
  links: Pick<ReadonlyMap<string, string>, 'get'>,
  path: string,
  last: 'follow' | 'keep',
): string | null {
  const pending = path.split('/').reverse();
  let place = '';
  let followed = 0;
  const stepsMax = pending.length + TARGET_COMPONENTS_MAX;
  for (let steps = 0; steps <= stepsMax; steps++) {
    const name = pending.pop();
    if (name === undefined) return place;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      place = parentPath(place);
      continue;
    }
    const next = place === '' ? name : `${place}/${name}`;
    const target = last === 'follow' || pending.length > 0 ? links.get(next) : undefined;
    if (target === undefined) {
      place = next;
    } else {
      if (++followed > LINKS_MAX) return null;
      if (target.startsWith('/')) place = '';
      pending.push(...target.split('/').reverse());
    }
  }
  return null;
}

/** The directory that holds the path; empty for the root. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
