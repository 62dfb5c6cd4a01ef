import { csafPublisher } from './csaf-document.ts';
import { undescribed, type CsafProduct } from './product-tree.ts';
import { readVendorDocument } from './vendor-documents.ts';
import { brokenComponent, skippedComponent, type CsafComponent, type CsafVendor } from './vendor.ts';
import { isPlainText, type Feed } from '../../feed.ts';
import { suseProduct } from '../../vocabulary/suse-products.ts';
import { shown } from '../../vex/vex-text.ts';

const SUSE: CsafVendor = {
  namespace: 'https://www.suse.com/',
  author: 'SUSE Product Security Team',
  sources: { flaws: 'suse-vex', errata: 'suse' },
  // SUSE recommends the builds that have the fix, and states none as fixed
  fixLists: ['recommended', 'fixed', 'first_fixed'],
  component: suseComponent,
  fixState({ category }) {
    return category === 'no_fix_planned' ? { status: 'will_not_fix', statusWord: 'no fix planned' } : null;
  },
};

/**
 * SUSE's CSAF documents: https://ftp.suse.com/pub/projects/security/csaf-vex/ has one flaw a document,
 * https://ftp.suse.com/pub/projects/security/csaf/ one update.
 */
export const csafSuse: Feed = {
  format: 'csaf-suse',
  recognises(document) {
    return document.kind === 'tree' && csafPublisher(document.value) === SUSE.namespace;
  },
  read: (document, now) => readVendorDocument(SUSE, document, now),
};

/**
 * `SUSE Linux Enterprise Server 15 SP5:python311-aiohttp-3.9.3-150400.10.14.1`, in documents about updates with the
 * architecture behind. Package URLs of newer documents about flaws name the source package as `upstream`.
 */
function suseComponent(productId: string, parts: readonly CsafProduct[], isFix: boolean): CsafComponent {
  const [component, platform] = parts.length > 1 ? parts : splitIdentifier(productId);
  if (component === undefined || platform === undefined) return skippedComponent('a product as a whole');
  const product = suseProduct(platform.name);
  if (product === null) return skippedComponent('a component of a product that is no release of SUSE');
  const build = component.purl === null ? buildOfName(component.name, isFix) : buildOfPurl(component);
  if (build === null || ![build.name, build.version ?? '-'].every(isPlainText))
    return brokenComponent(`the name of ${shown(component.id)} cannot be read`);
  const { name, version } = build;
  const architecture = build.architecture ?? component.architecture;
  return {
    kind: 'packages',
    packages: namings(build, architecture).map((naming) => ({
      ...product,
      platform: null,
      name,
      naming,
      version,
      module: null,
      architecture: architecture !== null && ARCHITECTURES.has(architecture) ? architecture : null,
    })),
  };
}

/** A name without a build and without its source package may be either's. */
function namings(
  { version, hasUpstream }: Build,
  architecture: string | null,
): readonly ('binary' | 'source')[] {
  if (architecture === 'src' || architecture === 'nosrc') return ['source'];
  return version !== null || hasUpstream ? ['binary'] : ['binary', 'source'];
}

interface Build {
  readonly name: string;
  readonly version: string | null;
  readonly architecture: string | null;
  readonly hasUpstream: boolean;
}

/** Package URLs leave the epoch out, identifiers of updates have it: `rsync-0:3.1.3-3.34.1.x86_64`. */
function buildOfPurl({ id, purlParts }: CsafProduct): Build | null {
  if (purlParts?.type !== 'rpm') return null;
  const { name, version: built, qualifiers } = purlParts;
  const epoch = /-([1-9]\d*):[^:]+$/.exec(id)?.[1];
  const version = built === null || epoch === undefined ? built : `${epoch}:${built}`;
  return { name, version, architecture: qualifiers['arch'] ?? null, hasUpstream: 'upstream' in qualifiers };
}

/** `name-epoch:version-release.architecture`, of which epoch and architecture may be missing; or the name alone. */
function buildOfName(text: string, isFix: boolean): Build | null {
  const dot = text.lastIndexOf('.');
  const suffix = text.slice(dot + 1);
  const architecture =
    dot > 0 && (ARCHITECTURES.has(suffix) || WITHOUT_ARCHITECTURE.has(suffix)) ? suffix : null;
  if (!isFix && architecture === null) return { name: text, version: null, architecture, hasUpstream: false };
  const base = architecture === null ? text : text.slice(0, dot);
  const release = base.lastIndexOf('-');
  const version = base.lastIndexOf('-', release - 1);
  if (version <= 0) return null;
  return {
    name: base.slice(0, version),
    version: base.slice(version + 1).replace(/^0+:/, ''),
    architecture,
    hasUpstream: false,
  };
}

/** What stands in the place of an architecture for packages that are built for none. */
const WITHOUT_ARCHITECTURE: ReadonlySet<string> = new Set(['noarch', 'nosrc', 'src']);

/** Those that rpm packages of SUSE are built for. */
const ARCHITECTURES: ReadonlySet<string> = new Set([
  'aarch64',
  'aarch64_ilp32',
  'armv6hl',
  'armv7hl',
  'i386',
  'i486',
  'i586',
  'i686',
  'ia64',
  'ppc',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390',
  's390x',
  'x86_64',
]);

/** Documents may leave the tree out where the identifier says all: product, colon, package. */
function splitIdentifier(id: string): readonly CsafProduct[] {
  const colon = id.indexOf(':');
  if (colon <= 0 || colon === id.length - 1) return [];
  return [undescribed(id, id.slice(colon + 1)), undescribed(id.slice(0, colon))];
}
