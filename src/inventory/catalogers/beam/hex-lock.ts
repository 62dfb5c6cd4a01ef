import { isObject, type JsonObject, textsIn } from '../../../formats/json.ts';
import { parseToml } from '../../../formats/toml.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, textOf } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading, sha256Of } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { hexFromGit, hexPurl, isAppName } from './hex-purl.ts';
import { parseTerms, type Term, valueOf } from './terms.ts';

/** `deps` holds what Mix fetched, `_build` what it and Rebar compiled: their lock files are those of others. */
const FETCHED = /(?:^|\/)(?:deps|_build|build\/packages)\//;

const MAX_VERSION_LENGTH = 256;

/**
 * Packages of Hex that lock files of Elixir, Erlang and Gleam name: `mix.lock`, `rebar.lock`, `manifest.toml`. Those
 * of Mix and Gleam do not tell what is for development; that of Rebar has what its default profile needs.
 */
export const hexLockCataloger = defineCataloger<LockRecord>({
  name: 'hex-lock',
  version: 1,
  interests: [
    {
      names: ['mix.lock', 'rebar.lock', 'manifest.toml'],
      accepts: (path) => isOwnSource(path) && !FETCHED.test(path),
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: catalogLocks('hex'),
});

function readLock({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const text = decodeText(content);
  if (path.endsWith('mix.lock')) return lockReading(path, mixEntries(text), 'a lock file of Mix');
  if (path.endsWith('rebar.lock')) return lockReading(path, rebarEntries(text), 'a lock file of Rebar');
  const packages = parseToml(text)?.['packages'];
  // other tools have files of this name
  if (!Array.isArray(packages) || !packages.some((entry) => isObject(entry) && 'build_tools' in entry)) {
    return NOTHING;
  }
  const fetched = packages.filter((entry) => !isObject(entry) || entry['source'] !== 'local');
  return lockReading(path, fetched.map(gleamEntry), 'a manifest of Gleam');
}

/**
 * `%{"app": {:hex, :name, version, inner checksum, managers, dependencies, repository, outer checksum}}`, the last ones
 * missing in older files; `{:git, address, revision, options}`. Hex, `lib/hex/utils.ex`.
 */
function mixEntries(text: string): readonly (LockEntry | null)[] | null {
  const [map, ...more] = parseTerms(text, 'elixir') ?? [];
  if (!Array.isArray(map) || more.length > 0) return null;
  return map.map((entry: Term) => {
    const [app, locked] = entry;
    if (typeof app !== 'string' || !Array.isArray(locked)) return null;
    const [kind, first, second, , , dependencies, repository, outer] = locked as readonly Term[];
    if (kind === 'git') return gitEntry(app, first, second);
    const found = kind === 'hex' ? packageOf(first, second) : null;
    if (found === null) return null;
    const { name, version } = found;
    const organisation = /^hexpm:([\w-]+)$/.exec(typeof repository === 'string' ? repository : '')?.[1];
    return {
      name: organisation === undefined ? name : `${organisation}/${name}`,
      version,
      purl: hexPurl(name, version, { organisation }),
      checksums: sha256Of(outer),
      needs: (Array.isArray(dependencies) ? dependencies : []).flatMap(neededName),
    };
  });
}

/** `{:app, requirement, [hex: :name, …]}` */
function neededName(dependency: Term): readonly string[] {
  const [app, , options] = dependency;
  const name = valueOf(options, 'hex') ?? app;
  return typeof name === 'string' && isAppName(name) ? [name] : [];
}

/**
 * `{"1.2.0", [{<<"app">>, {pkg, <<"name">>, <<"version">>}, level}]}.` and a list with checksums; without a version of the
 * format, as until 2016, the list of packages alone. Rebar3, `rebar_config.erl`.
 */
function rebarEntries(text: string): readonly (LockEntry | null)[] | null {
  const [first, sums] = parseTerms(text, 'erlang') ?? [];
  if (!Array.isArray(first)) return null;
  const locks = typeof first[0] === 'string' ? first[1] : first;
  if (!Array.isArray(locks)) return null;
  const outerByApp = new Map(pairsOf(valueOf(sums, 'pkg_hash_ext')));
  return locks.map((lock: Term) => {
    const [app, source] = lock;
    if (typeof app !== 'string' || !Array.isArray(source)) return null;
    const [kind, first, second] = source as readonly Term[];
    if (kind === 'git' || kind === 'git_subdir') return gitEntry(app, first, second?.[1]);
    const found = kind === 'pkg' ? packageOf(first, second) : null;
    if (found === null) return null;
    const { name, version } = found;
    return {
      name,
      version,
      purl: hexPurl(name, version),
      checksums: sha256Of(outerByApp.get(app)),
      needs: [],
    };
  });
}

function pairsOf(pairs: Term | undefined): readonly (readonly [Term, Term])[] {
  if (!Array.isArray(pairs)) return [];
  return pairs.flatMap(([key, value]: Term) => (key && value ? [[key, value] as const] : []));
}

function gitEntry(app: string, address: Term | undefined, revision: Term | undefined): LockEntry | null {
  if (!isAppName(app) || typeof address !== 'string') return null;
  const purl = hexFromGit(app, address, typeof revision === 'string' ? revision.slice(0, 100) : null);
  return { name: app, version: '', purl, checksums: [], needs: [] };
}

/** `{name, version, build_tools, requirements, otp_app, source, outer_checksum}`; Gleam, "Dependencies". */
function gleamEntry(entry: unknown): LockEntry | null {
  if (!isObject(entry)) return null;
  const found = packageOf(entry['name'], entry['version']);
  if (found === null) return null;
  const { name, version } = found;
  if (entry['source'] !== 'hex') return gleamGitEntry(name, version, entry);
  return {
    name,
    version,
    purl: hexPurl(name, version),
    checksums: sha256Of(entry['outer_checksum']),
    needs: textsIn(entry['requirements']).filter(isAppName),
  };
}

function gleamGitEntry(name: string, version: string, { repo, commit }: JsonObject): LockEntry | null {
  const repository = textOf(repo);
  if (repository === null) return null;
  return { name, version, purl: hexFromGit(name, repository, textOf(commit, 100)), checksums: [], needs: [] };
}

function packageOf(name: unknown, version: unknown): Pick<LockEntry, 'name' | 'version'> | null {
  if (typeof name !== 'string' || !isAppName(name)) return null;
  if (typeof version !== 'string' || version.length > MAX_VERSION_LENGTH) return null;
  return { name, version };
}
