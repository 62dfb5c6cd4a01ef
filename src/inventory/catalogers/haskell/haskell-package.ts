import { formatPurl, type Purl } from '../../../model/purl.ts';

/** `pkg:hackage/aeson@2.0.3.0` */
export function hackagePurl(name: string, version: string, vcs_url?: string): Purl {
  return formatPurl({ type: 'hackage', name, version, qualifiers: { vcs_url } });
}

/** Words of letters and digits with dashes between. Cabal User Guide, "Package names and versions". */
export function isHaskellName(name: string): boolean {
  return name.length <= 128 && /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(name);
}

export function isHaskellVersion(version: string): boolean {
  return version.length <= 128 && /^\d+(?:\.\d+)*$/.test(version);
}

/** `aeson-2.0.3.0`, and what a compiled one has behind that: `aeson-2.0.3.0-H8BOQwtT8HYFvWPR1b6zvB`; null for others. */
export function splitPackageId(id: string): { readonly name: string; readonly version: string } | null {
  const [, name = '', version = ''] =
    /^([A-Za-z][\w-]*?)-(\d+(?:\.\d+)*)(?:-.*)?$/s.exec(id.slice(0, 500)) ?? [];
  return isHaskellName(name) && isHaskellVersion(version) ? { name, version } : null;
}
