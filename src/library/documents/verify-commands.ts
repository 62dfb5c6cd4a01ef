import { parseReference } from '../../oci/reference.ts';

/**
 * How whoever pulls an image holds it against the publisher's public key, as a block of code.
 *
 * @param reference of a registry, with a tag or a digest
 * @throws {OciError} REFERENCE_INVALID
 */
export function verifyCommands(reference: string, plainHttp: boolean): string {
  const { registry } = parseReference(reference);
  const ours = plainHttp ? `--plain-http ${registry} ` : '';
  const theirs = `--key publisher.pub --insecure-ignore-tlog ${plainHttp ? '--allow-http-registry ' : ''}`;
  return [
    '```console',
    `$ hallmark verify --key publisher.pub ${ours}${reference}`,
    `$ hallmark scan ${ours}${reference}`,
    `$ cosign verify ${theirs}${reference}`,
    `$ cosign verify-attestation ${theirs}--type spdxjson ${reference}`,
    '```',
  ].join('\n');
}
