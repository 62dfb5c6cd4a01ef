import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

/** Everything that can go wrong between a reference and the bytes of its layers. */
export const OCI_ERRORS = {
  REFERENCE_INVALID: {
    exit: 3,
    means: 'The text is not an image reference.',
    remedy:
      'Write it as [registry[:port]/]repository[:tag][@digest], for example docker.io/library/debian:12.',
  },
  OFFLINE: {
    exit: 3,
    means: 'A connection was needed, and connections are forbidden.',
    remedy:
      'Leave out --offline, or save the image first and name the archive (docker-archive:, oci-archive:).',
  },
  REGISTRY_UNAUTHORIZED: {
    exit: 1,
    means: 'The registry refused access to the repository.',
    remedy: 'Check the name, and log in with docker login (or podman login) as a user who may pull it.',
  },
  REGISTRY_CREDENTIALS: {
    exit: 1,
    means:
      'Stored credentials could not be read: a malformed configuration file or a failing credential helper.',
    remedy: 'Repair the file or the helper that the message names, or log in again.',
  },
  REGISTRY_OPTIONS_INVALID: {
    exit: 3,
    means: 'A setting of the connection to a registry (a mirror, a proxy) is not usable.',
    remedy: 'Write it as an address like https://mirror.example.org, without user and password.',
  },
  REGISTRY_RATE_LIMITED: {
    exit: 1,
    means: 'The registry refused because of too many requests.',
    remedy: 'Wait, log in (limits are usually higher for known users), or configure a mirror.',
  },
  REGISTRY_UNAVAILABLE: {
    exit: 1,
    means: 'The registry could not be reached or answered with a failure of its own.',
    remedy: 'Check the host name, the network, the proxy and the certificate, and try again.',
  },
  REGISTRY_TIMEOUT: {
    exit: 1,
    means: 'The registry stayed silent for too long.',
    remedy: 'Try again later, or allow a longer silence.',
  },
  REGISTRY_PROTOCOL: {
    exit: 1,
    means: 'The registry answered in a way that the distribution specification does not provide for.',
    remedy: 'Check that the address is that of a registry and not of a web page or a login portal.',
  },
  REGISTRY_REFUSED: {
    exit: 1,
    means: 'The registry did not accept a manifest or blob that was sent to it.',
    remedy: 'Look at the status that it gave: it may forbid the name, the media type or the size.',
  },
  TAG_REFUSED: {
    exit: 1,
    means:
      'The registry took a manifest, but not behind the tag: its tags may not be changed, or not by you.',
    remedy: 'Choose another tag, or let the registry accept this one.',
  },
  REFERRERS_CONTENDED: {
    exit: 1,
    means: 'Others kept changing the list of what refers to an image while an entry was to be added.',
    remedy: 'Try again when fewer write to the repository, or use a registry with the referrers API.',
  },
  COPY_UNEXPECTED: {
    exit: 1,
    means: 'What would be copied is not what was verified, or not what the destination was named as.',
    remedy: 'Name the platform, and leave out the digest of the destination unless you know it.',
  },
  COPY_INCOMPLETE: {
    exit: 1,
    means: 'Something that was copied is not found at the destination afterwards.',
    remedy: 'Copy again; if it stays so, the destination loses what is attached to images.',
  },
  DESTINATION_INVALID: {
    exit: 3,
    means: 'What was named as destination cannot be written to as such.',
    remedy: 'Name a repository of a registry, oci-dir:FOLDER[:TAG] or oci-archive:FILE[:TAG].',
  },
  DESTINATION_NOT_WRITTEN: {
    exit: 1,
    means: 'A layout or archive could not be written.',
    remedy: 'Check that the folder may be written to and has room.',
  },
  BLOB_UNKNOWN: {
    exit: 1,
    means: 'A blob that the manifest names is not in the repository.',
    remedy: 'Push the image again: the registry has lost a part of it.',
  },
  MANIFEST_UNKNOWN: {
    exit: 1,
    means: 'The repository has no such tag or digest, or does not exist.',
    remedy: 'Check the spelling of the repository, the tag and the digest.',
  },
  MANIFEST_INVALID: {
    exit: 1,
    means: 'A manifest, index or configuration does not follow its specification.',
    remedy: 'Build or push the image again with a maintained tool.',
  },
  EVIDENCE_TOO_LARGE: {
    exit: 1,
    means: 'A signature or attestation has more bytes than Hallmark reads.',
    remedy: 'Look at what was pushed there: no evidence of this kind is that large.',
  },
  MANIFEST_SCHEMA1: {
    exit: 1,
    means: 'The image has only a Docker schema 1 manifest, which was retired in 2019 and cannot be verified.',
    remedy: 'Pull and push the image with a current tool, which writes schema 2.',
  },
  MANIFEST_DIGEST_MISMATCH: {
    exit: 1,
    means: 'The bytes of a manifest are not those that its digest names.',
    remedy: 'Try again; if it stays so, the registry or something in between changes or damages content.',
  },
  BLOB_DIGEST_MISMATCH: {
    exit: 1,
    means: 'The bytes of a blob are not those that its digest names.',
    remedy: 'Try again; if it stays so, the source or something in between changes or damages content.',
  },
  LAYER_DIGEST_MISMATCH: {
    exit: 1,
    means: 'The bytes of a layer are not those that its digest names.',
    remedy: 'Try again; if it stays so, the source or something in between changes or damages content.',
  },
  BLOB_SIZE_MISMATCH: {
    exit: 1,
    means: 'A blob is longer or shorter than its descriptor says.',
    remedy: 'Try again; if it stays so, push or save the image again.',
  },
  PLATFORM_NOT_FOUND: {
    exit: 3,
    means: 'The image does not exist for the platform.',
    remedy: 'Choose one of the listed platforms with --platform.',
  },
  LAYER_TRUNCATED: {
    exit: 1,
    means: 'A layer or archive ends in the middle of a file, a header or its compressed stream.',
    remedy: 'Pull, push or save the image again: a part of it is missing.',
  },
  LAYER_CORRUPT: {
    exit: 1,
    means: 'A layer or archive is not a tar archive, or its compressed stream is damaged.',
    remedy: 'Build or save the image again with a maintained tool.',
  },
  LAYER_TOO_LARGE: {
    exit: 1,
    means: 'A layer unpacks to more bytes or entries than Hallmark reads: it may be a decompression bomb.',
    remedy: 'Do not run the image before you know what it unpacks to.',
  },
  LAYER_DIFF_ID_MISMATCH: {
    exit: 1,
    means: 'The uncompressed bytes of a layer are not those that the configuration names (its diff ID).',
    remedy: 'Do not trust the image: its configuration and its layers do not belong together.',
  },
  SOURCE_UNKNOWN: {
    exit: 3,
    means: 'What was named is neither an image archive, nor an OCI layout, nor a root file system.',
    remedy: 'Name the kind: oci-dir:, oci-archive:, docker-archive: or dir: before the path.',
  },
  SOURCE_UNREADABLE: {
    exit: 1,
    means: 'A file or directory that holds an image could not be read.',
    remedy: 'Check the path and the permissions.',
  },
  ARCHIVE_INVALID: {
    exit: 1,
    means: 'An archive or layout lacks a file that it must have, or names one that cannot be.',
    remedy: 'Save the image again with a maintained tool.',
  },
  IMAGE_NOT_FOUND: {
    exit: 1,
    means: 'The archive, layout or daemon has no image of that name.',
    remedy: 'Check the name; the message lists what there is, where that is known.',
  },
  IMAGE_AMBIGUOUS: {
    exit: 3,
    means: 'The archive or layout holds several images, and none of them was chosen.',
    remedy: 'Add the name of one of the listed images to the reference.',
  },
  DAEMON_UNAVAILABLE: {
    exit: 1,
    means: 'The container engine could not be reached through its local socket.',
    remedy: 'Start it and check that you may use its socket, or save the image to an archive and name that.',
  },
  DAEMON_PROTOCOL: {
    exit: 1,
    means: 'The container engine answered with an error or in a way that its interface does not provide for.',
    remedy: 'Save the image to an archive with the tool of the engine, and name that.',
  },
  TEMPORARY_SPACE: {
    exit: 1,
    means: 'A temporary copy of the image could not be written.',
    remedy: 'Make room in the temporary directory, or let TMPDIR name another one.',
  },
  ROOT_UNREADABLE: {
    exit: 1,
    means: 'The directory that was given as a root file system could not be read.',
    remedy: 'Check the path and the permissions.',
  },
} as const satisfies ErrorTable;

export type OciErrorCode = keyof typeof OCI_ERRORS;

export class OciError extends HallmarkError {
  override readonly name = 'OciError';
  declare readonly code: OciErrorCode;

  constructor(code: OciErrorCode, message: string, details?: ErrorDetails) {
    super(code, OCI_ERRORS[code], message, details);
  }
}
