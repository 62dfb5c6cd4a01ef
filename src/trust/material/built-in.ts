/** Whom Hallmark can verify without being told: the files of `data/trust`, each read when it is asked for. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parsePublicKey } from './keys.ts';
import type { SigstoreRoot, TrustedKey } from './material.ts';
import { parseTrustedRoot } from './trusted-root.ts';

const FOLDER = resolve(import.meta.dirname, '..', '..', '..', 'data', 'trust');

/** The name of Sigstore's own public deployment, which no other may have. */
export const PUBLIC_GOOD = 'public-good';

/** Where copies come from, and when they were taken. `data/trust/built-in.json`. */
export interface BuiltInOrigins {
  readonly publicGood: {
    /** Address of the commit. */
    readonly origin: string;
    /** Address of the TUF repository. */
    readonly mirror: string;
    /** RFC 3339: when the copies were current. */
    readonly updated: string;
    /** RFC 3339: until when the repository's metadata of that day vouched for them. */
    readonly expires: string;
    readonly rootVersion: number;
  };
  readonly dockerHardenedImages: {
    readonly origin: string;
    readonly updated: string;
    /** RFC 3339: when the key came into use. */
    readonly from: string;
  };
}

export function builtInOrigins(): BuiltInOrigins {
  return JSON.parse(read('built-in.json').toString()) as BuiltInOrigins;
}

/** Sigstore's public-good deployment as it was when this version of Hallmark was made. */
export function builtInRoot(): SigstoreRoot {
  const { updated, expires } = builtInOrigins().publicGood;
  return parseTrustedRoot(builtInTrustedRoot(), { name: PUBLIC_GOOD, origin: 'bundled', updated, expires });
}

/** The bytes of its `trusted_root.json`. */
export function builtInTrustedRoot(): Uint8Array {
  return read('trusted_root.json');
}

/** The root of its TUF repository, from which newer ones are reached: the one thing that must come with Hallmark. */
export function builtInTufRoot(): Uint8Array {
  return read('root.json');
}

/** The services to sign with there: `default` as its operators choose them, `rekor-v2` with the newer log. */
export function builtInSigningConfig(which: 'default' | 'rekor-v2'): Uint8Array {
  return read(which === 'default' ? 'signing_config.v0.2.json' : 'signing_config_rekor_v2.v0.2.json');
}

/** Keys of publishers who sign with one. Docker signs the attestations of its Hardened Images, not all of them logged. */
export function builtInKeys(): readonly TrustedKey[] {
  const name = 'docker-hardened-images';
  return [
    {
      name,
      ...parsePublicKey(read(`${name}.pub`), name),
      from: builtInOrigins().dockerHardenedImages.from,
      to: null,
      distrustedFrom: null,
      needsLog: false,
    },
  ];
}

function read(name: string): Buffer {
  return readFileSync(resolve(FOLDER, name));
}
