/**
 * Whether a signer is who an authority of a policy names. Texts are equal or match a glob as a whole: nothing is searched for
 * within a text, so `https://github.com/acme/app` never admits `https://github.com/acme/app-evil`, and nothing is folded, so
 * neither capitals nor characters that look alike help anybody.
 */
import { matchesGlob } from '../../model/glob.ts';
import type { CertificateIdentity, Signer } from '../../model/trust.ts';
import type { Authority, IdentityPattern, TextPattern } from '../policy/policy.ts';
import { parseDistinguishedName } from './distinguished-name.ts';

/** True when the whole text is what the pattern says. */
export function matchesText(text: string, pattern: TextPattern): boolean {
  return pattern.kind === 'exact' ? text === pattern.text : matchesGlob(text, pattern.glob);
}

/** True when the signer is whom the authority names. */
export function matchesIdentity(signer: Signer, authority: Authority): boolean {
  return identityMismatch(signer, authority) === null;
}

/** The first thing in which a signer is not whom the authority names: "expected issuer X, got Y"; null when it is. */
export function identityMismatch(signer: Signer, authority: Authority): string | null {
  switch (authority.kind) {
    case 'key':
      if (signer.kind !== 'key') return `expected a signature by a key, got one by ${KINDS[signer.kind]}`;
      return mismatch('key', { kind: 'exact', text: authority.keyId }, signer.keyId);
    case 'certificate':
      if (signer.kind !== 'certificate')
        return `expected a certificate of a Sigstore authority, got ${KINDS[signer.kind]}`;
      return certificateMismatch(signer.identity, signer.root, authority);
    case 'x509':
      if (signer.kind !== 'x509')
        return `expected a certificate of ${authority.store}, got ${KINDS[signer.kind]}`;
      return (
        mismatch('certificate store', { kind: 'exact', text: authority.store }, signer.store) ??
        subjectMismatch(signer.subject, authority.subject)
      );
  }
}

const KINDS: Readonly<Record<Signer['kind'], string>> = {
  key: 'a key',
  certificate: 'a certificate of a Sigstore authority',
  x509: 'a certificate of a certificate store',
};

function certificateMismatch(
  identity: CertificateIdentity,
  root: string,
  pattern: IdentityPattern,
): string | null {
  const extensions = Object.entries(pattern.extensions);
  // an issuer alone admits everybody who has an account there
  if (pattern.subject === null && extensions.length === 0)
    return 'the authority names an issuer and nobody at it';
  if (pattern.root !== null) {
    const wrong = mismatch('trust root', { kind: 'exact', text: pattern.root }, root);
    if (wrong !== null) return wrong;
  }
  const wrong = mismatch('issuer', pattern.issuer, identity.issuer);
  if (wrong !== null) return wrong;
  if (pattern.subject !== null) {
    const other = mismatch('subject', pattern.subject, identity.subject.value);
    if (other !== null) return other;
  }
  const stated: Readonly<Record<string, string>> = identity.extensions;
  for (const [name, wanted] of extensions) {
    // own fields only: no certificate has an extension called "constructor"
    const other = mismatch(name, wanted, Object.hasOwn(stated, name) ? (stated[name] ?? null) : null);
    if (other !== null) return other;
  }
  return null;
}

/** Each attribute that is asked for must be there, once, with that value. Others do not matter. */
function subjectMismatch(subject: string, wanted: Readonly<Record<string, string>>): string | null {
  const attributes = parseDistinguishedName(subject);
  if (attributes === null) return `the subject ${JSON.stringify(subject)} is not a distinguished name`;
  for (const [type, text] of Object.entries(wanted)) {
    const found = attributes.filter((attribute) => attribute.type === type.toUpperCase());
    // of two values nobody can say which of them was vouched for
    if (found.length > 1) return `the subject has ${type} ${found.length} times`;
    const wrong = mismatch(`subject ${type}`, { kind: 'exact', text }, found[0]?.value ?? null);
    if (wrong !== null) return wrong;
  }
  return null;
}

function mismatch(what: string, wanted: TextPattern, found: string | null): string | null {
  if (found !== null && matchesText(found, wanted)) return null;
  const expected =
    wanted.kind === 'exact' ? JSON.stringify(wanted.text) : `one like ${JSON.stringify(wanted.glob)}`;
  return `expected ${what} ${expected}, got ${found === null ? 'none' : JSON.stringify(found)}`;
}
