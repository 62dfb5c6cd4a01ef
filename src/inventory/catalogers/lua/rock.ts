import { formatPurl, type Purl } from '../../../model/purl.ts';

/** Rocks are compared without case. LuaRocks, "Rockspec format". */
export function isRockName(name: string): boolean {
  return name.length <= 128 && /^[A-Za-z0-9_][\w.-]*$/.test(name);
}

/** Of what was packed, and a revision of the rockspec: `1.4.1-3`; `scm-1` and `dev-1` follow a repository. */
export function isRockVersion(version: string): boolean {
  return version.length <= 128 && /^[\w.+]+-\d+$/.test(version);
}

/** `pkg:luarocks/luasocket@3.1.0-1`; who uploaded a rock is in no file. purl-spec, types/luarocks-definition. */
export function rockPurl(name: string, version: string): Purl {
  return formatPurl({ type: 'luarocks', name, version });
}
