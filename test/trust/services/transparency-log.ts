import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { json } from '@sigstore/core';
import { ecKeyPair, spkiOf } from './certificate.ts';
import { createMerkleTree, leafHash } from './merkle-tree.ts';
import { sha256 } from './sha256.ts';

/** A transparency log of signatures, as Rekor: a Merkle tree, and a key that vouches for it. */
export interface TransparencyLog {
  readonly version: 1 | 2;
  readonly publicKey: KeyObject;
  /** SHA-256 of the public key; of name and key for version 2. */
  readonly id: Buffer;
  /** What its checkpoints call it: the host of its address in the trusted root. */
  readonly host: string;
  /** Tree id and hash of the leaf, in hexadecimal: how version 1 names entries. */
  uuid(body: Uint8Array): string;
  append(body: LogBody): LogEntryJson;
  find(body: LogBody): LogEntryJson | undefined;
  /** By their bodies as canonical bytes in base64, the oldest first. */
  readonly entries: ReadonlyMap<string, LogEntryJson>;
}

/** What an entry says, before it is written canonically. */
export interface LogBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
}

/** `TransparencyLogEntry` as proto3 JSON; fields can be changed. */
export interface LogEntryJson {
  logIndex: string;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime?: string;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof?: InclusionProofJson;
  canonicalizedBody: string;
}

export interface InclusionProofJson {
  logIndex: string;
  rootHash: string;
  treeSize: string;
  hashes: string[];
  checkpoint: { envelope: string };
}

/** Entries of earlier shards: the index in the proof and that of the log differ by so many. */
const EARLIER_ENTRIES = 1000;
/** Leaves that are there before, so that a proof has hashes. */
const PADDING_LEAVES = 5;

export function createTransparencyLog(version: 1 | 2, now: () => Date, host: string): TransparencyLog {
  const { publicKey, privateKey } = version === 1 ? ecKeyPair() : generateKeyPairSync('ed25519');
  const tree = createMerkleTree();
  for (let index = 0; index < PADDING_LEAVES; index += 1) tree.append(Buffer.from(`padding ${index}`));
  const entries = new Map<string, LogEntryJson>();
  const id = version === 1 ? sha256(spkiOf(publicKey)) : sha256(noteKey(host, publicKey));
  const treeId = sha256(host).readBigUInt64BE() >> 1n;
  const origin = version === 1 ? `${host} - ${treeId}` : host;

  const checkpoint = (): string => {
    const note = `${origin}\n${tree.size}\n${tree.root().toString('base64')}\n`;
    const signature = sign(version === 1 ? 'sha256' : null, Buffer.from(note), privateKey);
    return `${note}\n— ${host} ${Buffer.concat([id.subarray(0, 4), signature]).toString('base64')}\n`;
  };

  return {
    version,
    publicKey,
    id,
    host,
    entries,
    uuid: (body) => `${treeId.toString(16).padStart(16, '0')}${leafHash(body).toString('hex')}`,
    find: (body) => entries.get(canonicalBytes(body).toString('base64')),
    append: (body) => {
      const bytes = canonicalBytes(body);
      const index = tree.append(bytes);
      const logIndex = version === 1 ? index + EARLIER_ENTRIES : index;
      const integratedTime = version === 1 ? Math.floor(now().getTime() / 1000) : 0;
      const canonicalizedBody = bytes.toString('base64');
      const promised = { body: canonicalizedBody, integratedTime, logID: id.toString('hex'), logIndex };
      const entry: LogEntryJson = {
        logIndex: String(logIndex),
        logId: { keyId: id.toString('base64') },
        kindVersion: { kind: body.kind, version: body.apiVersion },
        integratedTime: String(integratedTime),
        ...(version === 1
          ? {
              inclusionPromise: {
                signedEntryTimestamp: sign(
                  'sha256',
                  Buffer.from(json.canonicalize(promised)),
                  privateKey,
                ).toString('base64'),
              },
            }
          : {}),
        inclusionProof: {
          logIndex: String(index),
          rootHash: tree.root().toString('base64'),
          treeSize: String(tree.size),
          hashes: tree.inclusionProof(index).map((hash) => hash.toString('base64')),
          checkpoint: { envelope: checkpoint() },
        },
        canonicalizedBody,
      };
      entries.set(canonicalizedBody, entry);
      return entry;
    },
  };
}

const canonicalBytes = (body: LogBody): Buffer => Buffer.from(json.canonicalize(body));

/** What names an Ed25519 key of a signed note. https://github.com/C2SP/C2SP/blob/main/signed-note.md */
function noteKey(name: string, key: KeyObject): Buffer {
  return Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(1), spkiOf(key).subarray(-32)]);
}
