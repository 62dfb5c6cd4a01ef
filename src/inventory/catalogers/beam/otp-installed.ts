import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { formatPurl } from '../../../model/purl.ts';
import { hexPurl, isAppName } from './hex-purl.ts';
import { parseTerms, type Term, textsOf, valueOf } from './terms.ts';

/** An application as its resource file, or the metadata that Hex packed, says it. */
export type OtpApplication = {
  /** The application: what it is loaded and needed by. */
  readonly app: string;
  readonly version: string;
  readonly description: string | null;
  readonly licences: readonly string[];
  readonly homepage: string | null;
  /** Applications. */
  readonly needs: readonly string[];
  /** Name of the package of Hex, which may be another than that of the application; null for what names none. */
  readonly hex: string | null;
};

/**
 * Applications of OTP: Erlang's own and Elixir's, those of releases (`lib/NAME-VERSION/ebin`) and of what Mix and Rebar
 * compiled. An application is a package of Hex where `hex_metadata.config` lies with it, which both tools unpack, or
 * where it carries licences and links, which are there for publishing on Hex alone. Releases leave both out as a rule,
 * and their applications are of type otp. OTP Design Principles, "Applications", app(4); Rebar3, "Publishing packages".
 */
export const otpInstalledCataloger = defineCataloger<OtpApplication>({
  name: 'otp-installed',
  version: 1,
  interests: [
    { parents: [{ name: 'ebin', suffix: '.app' }], maxBytes: 1024 * 1024 },
    { names: ['hex_metadata.config'], maxBytes: 1024 * 1024 },
  ],
  read: (file) => (file.path.endsWith('.app') ? readResource(file) : readHexMetadata(file)),
  catalog: catalogApplications,
});

/** `{application, NAME, [{vsn, "1.0"}, …]}.` */
function readResource({ path, content }: EvidenceFile): ReadFile<OtpApplication> {
  const text = decodeText(content);
  const [application] = parseTerms(text, 'erlang') ?? [];
  const [keyword, app, keys] = Array.isArray(application) ? (application as readonly Term[]) : [];
  if (keyword !== 'application' || typeof app !== 'string' || !isAppName(app)) {
    if (!/\{\s*application\s*,/.test(text)) return NOTHING;
    const message =
      'The resource file of an application of OTP could not be read; the application is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const links = linksOf(valueOf(keys, 'links'));
  const licences = licencesOf(keys);
  return {
    record: {
      app,
      version: textIn(keys, 'vsn', 256) ?? '',
      description: textIn(keys, 'description'),
      licences,
      homepage: links[0] ?? null,
      needs: [
        ...new Set([
          ...textsOf(valueOf(keys, 'applications')),
          ...textsOf(valueOf(keys, 'included_applications')),
        ]),
      ].filter(isAppName),
      hex: licences.length > 0 && links.length > 0 ? app : null,
    },
    coverage: [],
  };
}

/** `{<<"name">>, <<"cowboy">>}.` and so on. Hex specifications, "Package metadata". */
function readHexMetadata({ path, content }: EvidenceFile): ReadFile<OtpApplication> {
  const metadata = parseTerms(decodeText(content), 'erlang') ?? [];
  const name = textIn(metadata, 'name', 256) ?? '';
  if (!isAppName(name)) {
    const message = 'The metadata of a package of Hex has no usable name; what it says is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const app = textIn(metadata, 'app', 256) ?? name;
  return {
    record: {
      app: isAppName(app) ? app : name,
      version: textIn(metadata, 'version', 256) ?? '',
      description: textIn(metadata, 'description'),
      licences: licencesOf(metadata),
      homepage: linksOf(valueOf(metadata, 'links'))[0] ?? null,
      needs: requirementsOf(valueOf(metadata, 'requirements')).filter(isAppName),
      hex: name,
    },
    coverage: [],
  };
}

function textIn(pairs: Term | undefined, key: string, maxLength?: number): string | null {
  const value = valueOf(pairs, key);
  return typeof value === 'string' ? boundedText(value, maxLength) : null;
}

function licencesOf(pairs: Term | undefined): readonly string[] {
  return textsOf(valueOf(pairs, 'licenses')).flatMap((licence) => boundedText(licence) ?? []);
}

/** Addresses, of the repository first where one is named so. */
function linksOf(links: Term | undefined): readonly string[] {
  if (!Array.isArray(links)) return [];
  const addresses = links.map((link: Term) => link[1]).filter((address) => typeof address === 'string');
  return addresses.filter((address) => /^https?:\/\//.test(address) && address.length <= 1000);
}

/** `[{Name, [{app, App}, …]}]`, or until 2016 `[[{name, Name}, {app, App}, …]]`. */
function requirementsOf(requirements: Term | undefined): readonly string[] {
  if (!Array.isArray(requirements)) return [];
  return requirements.flatMap((requirement: Term) => {
    const isNamed = typeof requirement[0] === 'string';
    const app = isNamed
      ? (valueOf(requirement[1], 'app') ?? requirement[0])
      : (valueOf(requirement, 'app') ?? valueOf(requirement, 'name'));
    return typeof app === 'string' ? [app] : [];
  });
}

interface Found {
  readonly place: string;
  readonly facts: OtpApplication;
  readonly evidence: readonly string[];
}

function catalogApplications(files: ReadonlyMap<string, OtpApplication>): Catalog {
  const found = [...Map.groupBy(files, ([path]) => placeOf(path))].flatMap(([place, parts]) =>
    mergeParts(place, parts),
  );
  const byApp = Map.groupBy(found, ({ facts }) => facts.app);
  return { packages: found.map((one) => toPackage(one, byApp)), coverage: [] };
}

/** The directory of an application; for one of Mix's or Rebar's, the same for its source and what was compiled of it. */
function placeOf(path: string): string {
  return path
    .replace(/\/?(?:ebin\/[^/]+|hex_metadata\.config)$/, '')
    .replace(/(^|\/)(?:deps|_build\/[^/]+\/lib)\/([^/]+)$/, '$1_build/lib/$2');
}

/** Metadata of Hex and the resource file are two views of one package; without the former each file is one. */
function mergeParts(place: string, parts: readonly (readonly [string, OtpApplication])[]): readonly Found[] {
  const metadata = parts.find(([path]) => path.endsWith('/hex_metadata.config'));
  if (metadata === undefined) {
    return [...Map.groupBy(parts, ([, { app, version }]) => `${app}\0${version}`).values()].flatMap((same) =>
      same.slice(0, 1).map(([, facts]) => ({ place, facts, evidence: same.map(([path]) => path) })),
    );
  }
  const others = parts.map(([path]) => path).filter((path) => path !== metadata[0]);
  return [{ place, facts: metadata[1], evidence: [metadata[0], ...others] }];
}

function toPackage(
  { place, facts, evidence }: Found,
  byApp: ReadonlyMap<string, readonly Found[]>,
): CatalogedPackage {
  const { hex, app, version, description, licences, homepage, needs } = facts;
  const directory = parentOf(place);
  const needed = needs.flatMap((need) => {
    const named = byApp.get(need) ?? [];
    const near = named.filter((other) => parentOf(other.place) === directory);
    return (near.length > 0 ? near : named).map((other) => purlOf(other.facts));
  });
  return toCatalogedPackage({
    type: hex === null ? 'otp' : 'hex',
    purl: purlOf(facts),
    name: hex ?? app,
    version,
    description,
    licences,
    homepage,
    evidence,
    dependencies: [...new Set(needs)].sort(),
    requires: [...new Set(needed)].sort(),
  });
}

function purlOf({ hex, app, version }: OtpApplication) {
  return hex === null ? formatPurl({ type: 'otp', name: app, version }) : hexPurl(hex, version);
}

function parentOf(place: string): string {
  return place.slice(0, Math.max(place.lastIndexOf('/'), 0));
}
