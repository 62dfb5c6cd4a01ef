import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { TrustReport } from '../../../src/model/trust-report.ts';
import { commandLine, type Outcome } from '../../cli/command-line.ts';
import type { BuiltRoot } from '../../images/image-builder.ts';
import { temporaryDirectory } from '../../images/temporary-directory.ts';
import { startSigstore, type SigstoreServer } from '../services/server.ts';
import type { Peer, PeerRun } from './peers.ts';
import {
  startListingRegistry,
  startPlainRegistry,
  type ListingRegistry,
  type PeerRegistry,
} from './registries.ts';
import { editEvidence, evidenceOf, type EvidenceLayer } from './edit-evidence.ts';

/** Hallmark and its surroundings, as a peer meets them: services, registries and a directory. */
export interface Bench extends AsyncDisposable {
  readonly home: string;
  readonly sigstore: SigstoreServer;
  readonly registries: { readonly listing: ListingRegistry; readonly plain: PeerRegistry };
  /** Runs there, with the password of every key. */
  hallmark(args: readonly string[]): Promise<Outcome>;
  /** `hallmark verify` with its report. */
  verify(
    reference: string,
    args: readonly string[],
    now?: () => number,
  ): Promise<Outcome & { readonly report: TrustReport }>;
  /** Puts an image into a repository of its own. @returns the reference by digest */
  place(registry: 'listing' | 'plain', image: BuiltRoot): Promise<string>;
}

/** Of every key. */
export const PASSWORD = 'correct horse';

/**
 * @param dockerRegistry the registry that does not list referrers
 * @param now the clock of the services; peers go by that of the machine
 */
export async function openBench(
  t: TestContext,
  dockerRegistry: Peer,
  now = (): Date => new Date(),
): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  const home = temporaryDirectory(t);
  const sigstore = stack.use(await startSigstore({ now }));
  const registries = {
    listing: stack.use(await startListingRegistry()),
    plain: stack.use(await startPlainRegistry(dockerRegistry)),
  };
  const open = stack.move();
  const run = commandLine(t);
  const hallmark = (args: readonly string[], clock = Date.now): Promise<Outcome> =>
    run(args, { workingDirectory: home, now: clock, environment: { HALLMARK_KEY_PASSWORD: PASSWORD } });
  const placed = { count: 0 };
  return {
    home,
    sigstore,
    registries,
    hallmark,
    verify: async (reference, args, clock) => {
      const outcome = await hallmark(
        ['verify', '--quiet', '--no-memory', '--format', 'json', ...args, reference],
        clock,
      );
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

/** A peer did what it was asked to. */
export function succeeded({ status, said }: PeerRun): void {
  assert.equal(status, 0, said);
}

/** So did Hallmark. */
export function worked({ status, stderr, stdout }: Outcome): void {
  assert.equal(status, 0, stderr + stdout);
}

/** The identifiers of checks that failed, in their order. */
export function failedChecks({ checks }: TrustReport): readonly string[] {
  return checks.flatMap(({ id, outcome }) => (outcome === 'failed' ? [id] : []));
}

/** A signed image whose evidence can be edited, and the evidence of another one. */
export interface SignedImage {
  readonly reference: string;
  /** Evidence of the same signer about another image. */
  readonly another: EvidenceLayer;
  /** Puts edited evidence where the original was. */
  edit(edit: (layer: EvidenceLayer) => void): void;
  /** Copies image and evidence as they are. @returns the reference there */
  copyTo(repository: string): string;
}

/** Has two images signed in the registry that lists referrers. */
export async function signBoth(
  bench: Bench,
  [image, other]: readonly [BuiltRoot, BuiltRoot],
  sign: (reference: string) => Promise<PeerRun>,
): Promise<SignedImage> {
  const { memory, host } = bench.registries.listing;
  const signOne = async (root: BuiltRoot) => {
    const reference = await bench.place('listing', root);
    succeeded(await sign(reference));
    const repository = memory.repository(reference.slice(host.length + 1, reference.indexOf('@')));
    return { reference, repository, original: { ...repository } };
  };
  const own = await signOne(image);
  const another = await signOne(other);
  return {
    reference: own.reference,
    another: evidenceOf(another.original, other.digest),
    edit: (edit) => Object.assign(own.repository, editEvidence(own.original, image.digest, edit)),
    copyTo(repository) {
      Object.assign(memory.repository(repository), own.original);
      return `${host}/${repository}@${image.digest}`;
    },
  };
}
