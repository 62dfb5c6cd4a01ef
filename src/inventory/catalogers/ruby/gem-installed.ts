import { gemPurl } from './gem-purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, isPackageName, NOTHING, unreadable } from '../../evidence.ts';
import { type Gem, parseGemspec } from './gemspec.ts';

/**
 * Installed Ruby gems, each shown by the gemspec that RubyGems wrote when it installed it: in `specifications` of a gem
 * directory, Debian's among them, in `specifications/default` for the gems that come with Ruby, and in the checkouts
 * that Bundler makes of Git repositories, whose gemspecs it rewrites in the same form. A gemspec in the source tree of
 * an installed gem is what its authors wrote to build it, and shows nothing.
 */
export const gemInstalledCataloger = defineCataloger<Gem>({
  name: 'gem-installed',
  version: 1,
  interests: [{ suffixes: ['.gemspec'], accepts: isInstalledGemspec, maxBytes: 4 * 1024 * 1024 }],
  unit: (path) => path,
  read: readGemspec,
  catalog: catalogGems,
});

/** `gems/rack-2.2.22/…`: everything inside a gem, where its own tests may hold a whole gem directory. */
const INSIDE_GEM_TESTS = /(?:^|\/)gems\/[^/]+\/(?:.*\/)?(?:test|tests|spec|fixtures)\//;

/** As deep as Bundler looks in a repository. Bundler, `Source::Path::DEFAULT_GLOB`. */
const INSTALLED =
  /(?:^|\/)(?:specifications\/(?:default\/)?|bundler\/gems\/[^/]+\/(?:[^/]+\/){0,2})[^/]+\.gemspec$/;

function isInstalledGemspec(path: string): boolean {
  return INSTALLED.test(path) && !INSIDE_GEM_TESTS.test(path);
}

function readGemspec({ path, content }: EvidenceFile): ReadFile<Gem> {
  const text = decodeText(content);
  if (!text.includes('Gem::Specification.new')) return NOTHING;
  const gem = parseGemspec(text);
  if (gem !== null && isPackageName(gem.name)) return { record: gem, coverage: [] };
  return {
    record: null,
    coverage: [unreadable(path, 'The gemspec of an installed gem names no gem; it is missing.')],
  };
}

function catalogGems(files: ReadonlyMap<string, Gem>): Catalog {
  const packages = [...files].map(([path, { platform, authors, ...gem }]) =>
    toCatalogedPackage({
      ...gem,
      type: 'gem',
      purl: gemPurl(gem.name, gem.version, { platform }),
      supplier: authors,
      evidence: [path],
    }),
  );
  return { packages, coverage: [] };
}
