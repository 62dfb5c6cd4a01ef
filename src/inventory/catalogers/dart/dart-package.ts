import { formatPurl, type Purl } from '../../../model/purl.ts';
import { withoutCredentials } from '../../credentials.ts';

/** An identifier of Dart: letters in lower case, digits, underscores; old packages have capitals. The pubspec file, "Name". */
export function isDartName(name: string): boolean {
  return name.length <= 128 && /^[A-Za-z_]\w*$/.test(name);
}

/** Where packages are that name no repository; the second is the address of the same until 2022. */
const PUBLIC = /^https:\/\/(?:pub\.dev|pub\.dartlang\.org)\/?$/;

/** The qualifiers of a package from another repository than the public one; none for one of that. */
export function repositoryOf(url: string | null): { readonly repository_url?: string } {
  return url === null || PUBLIC.test(url) ? {} : { repository_url: withoutCredentials(url) };
}

export interface DartOrigin {
  readonly repository_url?: string;
  readonly vcs_url?: string;
}

/** `pkg:pub/characters@1.2.0` */
export function pubPurl(name: string, version: string, origin: DartOrigin = {}): Purl {
  return formatPurl({ type: 'pub', name, version, qualifiers: { ...origin } });
}
