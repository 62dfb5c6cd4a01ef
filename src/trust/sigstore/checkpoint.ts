/** Checkpoints of transparency logs: signed notes of origin, size and root. C2SP, `tlog-checkpoint.md` and `signed-note.md`. */
import { decodeBase64 } from '../../formats/base64.ts';

export interface Checkpoint {
  readonly origin: string;
  readonly size: string;
  readonly rootHash: Buffer;
  /** Of the log and of witnesses; which are which, names and key hints say. */
  readonly signatures: readonly { readonly name: string; readonly keyHint: Buffer }[];
}

const MAX_SIGNATURES = 32;

const SIGNATURE = /^\u2014 (\S{1,255}) (\S+)$/;

/** Reads a checkpoint; null for what is none. No signature is verified here. */
export function parseCheckpoint(envelope: string): Checkpoint | null {
  // one blank line only: with two, readers would disagree about where the signed text ends
  const parts = envelope.split('\n\n');
  const [note, signatureLines] = parts;
  if (parts.length !== 2 || note === undefined || !signatureLines?.endsWith('\n')) return null;
  const [origin = '', size = '', root = ''] = note.split('\n');
  const rootHash = decodeBase64(root);
  if (origin === '' || !/^(?:0|[1-9]\d{0,18})$/.test(size) || rootHash?.length !== 32) return null;
  const lines = signatureLines.slice(0, -1).split('\n');
  const signatures = lines.slice(0, MAX_SIGNATURES).map(readSignature);
  if (lines.length > MAX_SIGNATURES || signatures.includes(null)) return null;
  return { origin, size, rootHash, signatures: signatures.filter((signature) => signature !== null) };
}

function readSignature(line: string): Checkpoint['signatures'][number] | null {
  const [, name, text = ''] = SIGNATURE.exec(line) ?? [];
  const bytes = decodeBase64(text);
  return name === undefined || bytes === null || bytes.length < 5
    ? null
    : { name, keyHint: bytes.subarray(0, 4) };
}

/**
 * Whether a log at an address has signed, by name and key hint. Its name is the address without the scheme; Rekor 1 adds the
 * number of its tree to the origin, but not to the name.
 */
export function isCheckpointOf(checkpoint: Checkpoint, baseUrl: string, keyHint: Buffer): boolean {
  return namesOf(new URL(baseUrl)).some(
    (name) =>
      (checkpoint.origin === name || isTreeOf(checkpoint.origin, name)) &&
      checkpoint.signatures.some((signature) => signature.name === name && signature.keyHint.equals(keyHint)),
  );
}

const isTreeOf = (origin: string, name: string): boolean =>
  origin.startsWith(`${name} - `) && /^\d{1,20}$/.test(origin.slice(name.length + 3));

/** With and without port, as both are in use; the path belongs to it. */
function namesOf({ host, hostname, pathname }: URL): readonly string[] {
  const path = pathname.replace(/\/+$/, '');
  return [...new Set([host + path, hostname + path])];
}
