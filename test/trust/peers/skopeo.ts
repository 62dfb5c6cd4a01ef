import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { ANN, type Cosign } from './cosign.ts';
import { type Peer, type PeerRun, runPeer } from './peers.ts';

/** skopeo with a policy that believes one signer. containers-policy.json(5), containers-registries.d(5) */
export interface Skopeo {
  /** Copies an image out of a registry, as its policy allows. */
  pull(reference: string): Promise<PeerRun>;
  /** Copies an image within a registry and signs it there. */
  sign(reference: string, key: string, password: string): Promise<PeerRun>;
}

/** @param by what the policy believes: the key of cosign's files, or the identity that cosign signs for */
export function prepareSkopeo(
  peer: Peer,
  by: 'key' | 'identity' | 'anybody',
  { files }: Cosign,
  { home, sigstore }: Pick<Bench, 'home' | 'sigstore'>,
): Skopeo {
  const folder = join(home, `skopeo-${by}`);
  mkdirSync(join(folder, 'registries.d'), { recursive: true });
  const write = (name: string, content: object | string): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  write('registries.d/default.yaml', { 'default-docker': { 'use-sigstore-attachments': true } });
  const signed = { type: 'sigstoreSigned', signedIdentity: { type: 'matchRepository' } };
  const requirement = {
    anybody: { type: 'insecureAcceptAnything' },
    key: { ...signed, keyPath: files.publicKey },
    identity: {
      ...signed,
      fulcio: { caPath: files.authority, oidcIssuer: sigstore.issuerUrl, subjectEmail: ANN.email },
      rekorPublicKeyPath: files.log,
    },
  }[by];
  const policy = write('policy.json', { default: [requirement] });
  const run = (args: readonly string[]): Promise<PeerRun> => {
    const settings = ['--policy', policy, '--registries.d', 'registries.d', '--tmpdir', folder];
    return runPeer(peer, [...settings, ...args], { home: folder });
  };
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  return {
    pull: (reference) => run(['copy', ...plain, `docker://${reference}`, 'dir:pulled']),
    sign: (reference, key, password) => {
      const passphrase = write('passphrase', password);
      const signing = ['--sign-by-sigstore-private-key', key, '--sign-passphrase-file', passphrase];
      return run(['copy', ...plain, ...signing, `docker://${reference}`, `docker://${reference}`]);
    },
  };
}
