/** Who a certificate says its holder is. sigstore/fulcio, `docs/oid-info.md`; RFC 5280, section 4.2.1.6 */
import { ASN1Obj, type X509Certificate } from '@sigstore/core';
import { type CertificateIdentity, FULCIO_EXTENSIONS } from '../../model/trust.ts';
import { CheckFailure } from '../checks/check-failure.ts';

const FULCIO = '1.3.6.1.4.1.57264.1';
/** Raw text, as all up to .6; the later ones are a UTF8String in DER. */
const OLD_ISSUER = `${FULCIO}.1`;
const ISSUER = `${FULCIO}.8`;
/** `otherName` of Fulcio: user names that are no email addresses. */
const USER_NAME = `${FULCIO}.7`;

const ALTERNATIVE_NAME = '2.5.29.17';
const UTF8_STRING = 0x0c;
const MAX_TEXT_BYTES = 4096;

/** @throws {CheckFailure} certificate.form, where the identity cannot be told */
export function certificateIdentity(certificate: X509Certificate): CertificateIdentity {
  const issuer = certificate.extension(ISSUER);
  const oldIssuer = certificate.extension(OLD_ISSUER);
  const extensions = Object.entries(FULCIO_EXTENSIONS).flatMap(([name, number]) => {
    const extension = certificate.extension(`${FULCIO}.${number}`);
    return extension === undefined ? [] : [[name, encodedText(extension.value, name)] as const];
  });
  return {
    issuer:
      issuer === undefined
        ? oldIssuer === undefined
          ? null
          : text(oldIssuer.value, 'issuer')
        : encodedText(issuer.value, 'issuer'),
    subject: subjectOf(certificate),
    extensions: Object.fromEntries(extensions),
  };
}

/** The one alternative name: with several, which of them a policy means would be anybody's guess. */
function subjectOf(certificate: X509Certificate): CertificateIdentity['subject'] {
  const extension = certificate.extension(ALTERNATIVE_NAME);
  const [name, ...others] = extension === undefined ? [] : parse(extension.value, 'alternative name').subs;
  if (name === undefined || others.length > 0) {
    throw unreadable(`has ${name === undefined ? 'no' : 'several'} alternative names; expected one`);
  }
  if (name.tag.isContextSpecific(1)) return { kind: 'email', value: ascii(name.value) };
  if (name.tag.isContextSpecific(6)) return { kind: 'uri', value: ascii(name.value) };
  const [type, value] = name.subs;
  if (name.tag.isContextSpecific(0) && type?.tag.isOID() === true && type.toOID() === USER_NAME) {
    // [0] { type, [0] { UTF8String } }
    const inner = value?.subs[0];
    if (inner !== undefined) return { kind: 'other', value: utf8String(inner, 'alternative name') };
  }
  throw unreadable('has an alternative name that is no address, no email and no user name');
}

/** IA5String: anything beyond ASCII would be read in several ways. */
function ascii(bytes: Buffer): string {
  if (bytes.every((byte) => byte > 0x20 && byte < 0x7f)) return text(bytes, 'alternative name');
  throw unreadable('has an alternative name with characters beyond ASCII, or spaces');
}

function encodedText(der: Buffer, field: string): string {
  return utf8String(parse(der, field), field);
}

function utf8String({ tag, value }: ASN1Obj, field: string): string {
  if (tag.isUniversal() && tag.number === UTF8_STRING) return text(value, field);
  throw unreadable(`has a field ${field} that is no UTF8String`);
}

function text(bytes: Buffer, field: string): string {
  const read = bytes.toString('utf8');
  if (bytes.length <= MAX_TEXT_BYTES && bytes.equals(Buffer.from(read))) return read;
  throw unreadable(`has a field ${field} that is no text, or of more than ${MAX_TEXT_BYTES} bytes`);
}

function parse(der: Buffer, field: string): ASN1Obj {
  try {
    return ASN1Obj.parseBuffer(Buffer.from(der));
  } catch (error) {
    if (error instanceof Error) throw unreadable(`has a field ${field} that is not DER: ${error.message}`);
    throw error;
  }
}

const unreadable = (problem: string) => new CheckFailure('certificate.form', `the certificate ${problem}`);
