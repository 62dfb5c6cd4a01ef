import { builtInOrigins, builtInTufRoot, PUBLIC_GOOD } from '../material/built-in.ts';
import { TrustError } from '../errors.ts';
import { type RefreshOutcome, type RefreshRequest, refreshTrustRoot } from './refresh-trust-root.ts';
import { type AcceptedRepository, readState, TRUST_ROOT_NAME } from './trust-root-state.ts';

export interface TrustRootChoice {
  readonly dataDirectory: string;
  readonly name: string;
  /** What the user says; null: what is known already. */
  readonly mirror: URL | null;
  readonly initialRoot: Uint8Array | null;
}

/**
 * Where a trust root is fetched from, and which root its chain begins with. A name never changes to another root: policies name
 * trust roots, and would silently believe somebody else.
 *
 * @throws {TrustError} TRUST_ROOT_UNKNOWN, TRUST_ROOT_NAME_TAKEN, TRUST_STATE_INVALID
 */
export function resolveTrustRoot({
  dataDirectory,
  name,
  ...given
}: TrustRootChoice): Pick<RefreshRequest, 'dataDirectory' | 'name' | 'mirror' | 'initialRoot'> {
  if (!TRUST_ROOT_NAME.test(name))
    throw unknown(name, 'is no name: use lower-case letters, digits, "." and "-"');
  const state = readState(dataDirectory, name);
  const builtIn = name === PUBLIC_GOOD ? builtInTufRoot() : null;
  const known = [state?.initialRoot, builtIn].filter((root) => root !== null && root !== undefined);
  const { initialRoot } = given;
  if (
    initialRoot !== null &&
    known.length > 0 &&
    !known.some((root) => Buffer.from(root).equals(initialRoot))
  ) {
    throw new TrustError('TRUST_ROOT_NAME_TAKEN', `the trust root ${name} began with another root`, {
      subject: name,
    });
  }
  const first = known[0] ?? initialRoot;
  if (first === null) throw unknown(name, 'is not known yet: give the root to begin with');
  const mirror =
    given.mirror?.href ??
    state?.accepted.mirror ??
    (builtIn === null ? undefined : builtInOrigins().publicGood.mirror);
  if (mirror === undefined) throw unknown(name, 'is not known yet: give the address of its repository');
  return { dataDirectory, name, mirror: new URL(mirror), initialRoot: first };
}

/**
 * Takes a trust root that was exported elsewhere, after verifying all of it from the root that is trusted here: a file that was
 * changed on its way is refused, as is one that is older than what is known. Expiry is judged at the time of the export, since
 * carrying takes time; how old it is stays visible.
 *
 * @param initialRoot of a deployment that is not known yet; never the one in the file
 * @throws {TrustError} as {@link resolveTrustRoot} and {@link refreshTrustRoot}
 */
export async function importTrustRoot(
  exported: AcceptedRepository,
  options: Pick<RefreshRequest, 'dataDirectory' | 'now' | 'signal'> & {
    readonly initialRoot: Uint8Array | null;
  },
): Promise<RefreshOutcome> {
  const { dataDirectory, now, signal, initialRoot } = options;
  const mirror = new URL(exported.mirror);
  const target = resolveTrustRoot({ dataDirectory, name: exported.name, mirror, initialRoot });
  const taken = new Date(Math.min(now.getTime(), Date.parse(exported.updated)));
  return refreshTrustRoot({
    ...target,
    now: taken,
    signal,
    ask: async (url) => {
      const content = exported.files[url.href.slice(mirror.href.length)];
      return content === undefined ? { status: 404, body: pieces() } : { status: 200, body: pieces(content) };
    },
  });
}

async function* pieces(...content: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* content;
}

function unknown(name: string, reason: string): TrustError {
  return new TrustError('TRUST_ROOT_UNKNOWN', `the trust root ${JSON.stringify(name)} ${reason}`, {
    subject: name,
  });
}
