import type { TestContext } from 'node:test';
import type { TrustReport } from '../../../src/model/trust-report.ts';
import { commandLine, type Outcome } from '../../cli/command-line.ts';
import type { BuiltRoot } from '../../images/image-builder.ts';
import { temporaryDirectory } from '../../images/temporary-directory.ts';
import { startSigstore, type SigstoreServer } from '../services/server.ts';
import type { Peer } from './peers.ts';
import { startListingRegistry, startPlainRegistry, type PeerRegistry } from './registries.ts';

/** Hallmark and its surroundings, as a peer meets them: services, registries, a directory, and the time that it is. */
export interface Bench extends AsyncDisposable {
  readonly home: string;
  readonly sigstore: SigstoreServer;
  readonly registries: Readonly<Record<'listing' | 'plain', PeerRegistry>>;
  hallmark(args: readonly string[]): Promise<Outcome>;
  /** `hallmark verify` with its report. */
  verify(reference: string, args: readonly string[]): Promise<Outcome & { readonly report: TrustReport }>;
  /** Puts an image into a repository of its own. @returns the reference by digest */
  place(registry: 'listing' | 'plain', image: BuiltRoot): Promise<string>;
}

/** Peers go by the clock of the machine. */
const machineTime = (): Date => new Date();

/** @param dockerRegistry the registry that does not list referrers */
export async function openBench(t: TestContext, dockerRegistry: Peer): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  const home = temporaryDirectory(t);
  const sigstore = stack.use(await startSigstore({ now: machineTime }));
  const registries = {
    listing: stack.use(await startListingRegistry()),
    plain: stack.use(await startPlainRegistry(dockerRegistry)),
  };
  const open = stack.move();
  const run = commandLine(t);
  const hallmark = (args: readonly string[]): Promise<Outcome> =>
    run(args, { workingDirectory: home, now: Date.now });
  const placed = { count: 0 };
  return {
    home,
    sigstore,
    registries,
    hallmark,
    verify: async (reference, args) => {
      const outcome = await hallmark([
        'verify',
        '--quiet',
        '--no-memory',
        '--format',
        'json',
        ...args,
        reference,
      ]);
      if (outcome.stdout === '') throw new Error(`hallmark verify: ${outcome.stderr}`);
      return { ...outcome, report: JSON.parse(outcome.stdout) as TrustReport };
    },
    place: (registry, image) => {
      placed.count += 1;
      return registries[registry].place(`acme/app-${placed.count}`, image);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
