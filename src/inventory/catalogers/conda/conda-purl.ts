import { formatPurl, type Purl } from '../../../model/purl.ts';

export type CondaIdentity = {
  readonly name: string;
  readonly version: string;
  readonly build: string | null;
  readonly channel: string | null;
  readonly subdir: string | null;
  readonly archive: string | null;
};

/** `pkg:conda/absl-py@0.4.1?build=py36h06a4308_0&channel=main&subdir=linux-64&type=tar.bz2`. purl-spec, types/conda-definition. */
export function condaPurl({ name, version, build, channel, subdir, archive }: CondaIdentity): Purl {
  return formatPurl({
    type: 'conda',
    name,
    version,
    qualifiers: { build, channel, subdir, type: archive },
  });
}

/**
 * The name of a channel that is written as a name (`conda-forge`, `pkgs/main`), as the address of one of its directories,
 * or as that of a package in it. Of an address the last segment counts, and a label with it
 * (`conda-forge/label/rc`); hosts, and tokens in front of the name, are left out.
 */
export function channelName(written: string | null, subdir: string | null): string | null {
  const segments = (written ?? '')
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .split('/')
    .filter((segment) => segment !== '' && !/\.(?:conda|tar\.bz2)$/.test(segment));
  if (segments.at(-1) === subdir || SUBDIR.test(segments.at(-1) ?? '')) segments.pop();
  const label = segments.at(-2) === 'label' ? 3 : 1;
  return segments.slice(-label).join('/') || null;
}

const SUBDIR = /^(?:noarch|(?:linux|osx|win|freebsd|emscripten|wasi|zos)-[a-z0-9_]+)$/;
