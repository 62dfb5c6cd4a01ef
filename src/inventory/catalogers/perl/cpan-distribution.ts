import { formatPurl, type Purl } from '../../../model/purl.ts';

/** What CPAN keeps: a distribution, which holds modules. `libwww-perl` holds `LWP::UserAgent`. CPAN::DistnameInfo. */
export interface CpanDistribution {
  readonly name: string;
  readonly version: string;
}

/** `NAME-VERSION`: the version begins behind the last dash that a digit, or `v` and a digit, follows. */
export function splitDistribution(text: string): CpanDistribution | null {
  const [, name = '', version = ''] =
    /^([A-Za-z][\w.+-]*)-(v?\d[\w.]*(?:-TRIAL\d*)?)$/.exec(text.length > MAX_LENGTH ? '' : text) ?? [];
  return name === '' ? null : { name, version };
}

const MAX_LENGTH = 300;

/** `pkg:cpan/OALDERS/libwww-perl@6.76`; the namespace, who uploaded it, may be missing. purl-spec, types/cpan-definition. */
export function cpanPurl({ name, version }: CpanDistribution, author: string | null): Purl {
  return formatPurl({ type: 'cpan', namespace: author, name, version });
}

/** Author and distribution in `A/AN/ANOTHER/Acme-Foo-1.05.tar.gz`; null for what is no such path. */
export function splitPathname(path: string): (CpanDistribution & { readonly author: string }) | null {
  const [, author = '', archive = ''] =
    /^[A-Z]\/[A-Z][A-Z0-9-]\/([A-Z][A-Z0-9-]{1,60})\/(?:[^/]+\/)*([^/]+)\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$/.exec(
      path.slice(0, 1000),
    ) ?? [];
  const distribution = splitDistribution(archive);
  return distribution === null ? null : { ...distribution, author };
}
