import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPem } from '../services/certificate.ts';
import type { SigstoreServer } from '../services/server.ts';
import { type Peer, type PeerRun, runPeer } from './peers.ts';

/** notation with a key of its own, whose certificate is in its trust store `ca:acme`. */
export interface Notation {
  /** The PEM of the certificate, which signs itself. */
  readonly certificate: string;
  sign(reference: string, how: NotationSigning): Promise<PeerRun>;
  run(args: readonly string[]): Promise<PeerRun>;
}

export interface NotationSigning {
  readonly form: 'jws' | 'cose';
  /** Has it countersigned by the timestamp authority of the services. */
  readonly isTimestamped?: boolean;
  /** Lets the registry list the signature, where it can. */
  readonly isListed?: boolean;
  /** `10m` */
  readonly expiry?: string;
}

const NAME = 'acme';

export async function prepareNotation(peer: Peer, sigstore: SigstoreServer, home: string): Promise<Notation> {
  const folder = join(home, 'notation');
  mkdirSync(folder, { recursive: true });
  const root = join(folder, 'timestamps.pem');
  writeFileSync(root, toPem(sigstore.timestamps.chain.at(-1)?.certificate ?? new Uint8Array()));
  const run = (args: readonly string[]): Promise<PeerRun> => runPeer(peer, args, { home: folder });
  const made = await run(['cert', 'generate-test', '--default', NAME]);
  if (made.status !== 0) throw new Error(`notation makes no certificate: ${made.said}`);
  const shown = join(folder, '.config/notation/localkeys', `${NAME}.crt`);
  return {
    certificate: shown,
    run,
    sign: (reference, { form, isTimestamped, isListed, expiry }) =>
      run([
        'sign',
        '--insecure-registry',
        '--signature-format',
        form,
        `--force-referrers-tag=${isListed !== true}`,
        ...(isTimestamped === true
          ? ['--timestamp-url', sigstore.plainTsaUrl, '--timestamp-root-cert', root]
          : []),
        ...(expiry === undefined ? [] : ['--expiry', expiry]),
        reference,
      ]),
  };
}
