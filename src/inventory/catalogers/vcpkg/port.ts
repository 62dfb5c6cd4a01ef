import { formatPurl, type Purl } from '../../../model/purl.ts';

/** Lower case, digits and dashes. vcpkg, "vcpkg.json reference: name". */
export function isPortName(name: string): boolean {
  return name.length <= 128 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name);
}

/** A version of what was packed, and the revision of the packing; `1.3.1#2`, without the latter when it is 0. */
export interface PortVersion {
  readonly version: string;
  readonly portVersion: number;
}

export function parsePortVersion(text: string): PortVersion {
  const [, version = '', port = '0'] = /^([^#]*)(?:#(\d{1,9}))?$/.exec(text.slice(0, 256)) ?? [];
  return { version, portVersion: Number(port) };
}

export function formatPortVersion({ version, portVersion }: PortVersion): string {
  return version === '' || portVersion === 0 ? version : `${version}#${portVersion}`;
}

/** `pkg:vcpkg/bzip2@1.0.8?port_version=6`; purl-spec, types/vcpkg-definition. */
export function vcpkgPurl(name: string, { version, portVersion }: PortVersion): Purl {
  const port_version = portVersion === 0 ? null : String(portVersion);
  return formatPurl({ type: 'vcpkg', name, version, qualifiers: { port_version } });
}
