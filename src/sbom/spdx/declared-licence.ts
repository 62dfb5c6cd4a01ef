import type { Package } from '../../model/package.ts';
import { sha256 } from '../bill.ts';
import { declaredLicences } from '../licences.ts';
import { idText, plainName } from './plain-text.ts';

/** A licence that is not on SPDX's list, under an identifier of the document's own. SPDX 2.3, section 10. */
export interface ExtractedLicence {
  readonly licenseId: string;
  readonly name: string;
  readonly extractedText: string;
}

export interface DeclaredLicence {
  /** SPDX 2.3, annex D. */
  readonly expression: string;
  /** What its references stand for. */
  readonly extracted: readonly ExtractedLicence[];
}

/**
 * What is declared as one expression, where that is known; else all declarations together, of which those that are no
 * SPDX expression become licences of the document. Null without any.
 */
export function declareLicences(
  pkg: Pick<Package, 'licenceExpression' | 'licences'>,
): DeclaredLicence | null {
  const extracted: ExtractedLicence[] = [];
  const parts = declaredLicences(pkg).map((licence) => {
    if (licence.kind === 'id') return licence.id;
    if (licence.kind === 'expression') {
      extracted.push(...referencesIn(licence.expression));
      return licence.expression;
    }
    const name = plainName(licence.text);
    const licenseId = `LicenseRef-${idText(licence.text)}-${sha256(licence.text).slice(0, 16)}`;
    extracted.push({ licenseId, name, extractedText: name });
    return licenseId;
  });
  const [only] = parts;
  if (only === undefined) return null;
  const bracketed = parts.map((part) => (part.includes(' OR ') ? `(${part})` : part));
  return { expression: parts.length === 1 ? only : bracketed.join(' AND '), extracted };
}

/** References that Hallmark made of names: the name is all that is known of them. */
function referencesIn(expression: string): readonly ExtractedLicence[] {
  const ids = new Set(expression.match(/(?<![\w:.-])LicenseRef-[A-Za-z0-9.-]+/g));
  return [...ids].map((licenseId) => {
    const name = licenseId.slice('LicenseRef-'.length).replaceAll('-', ' ');
    return { licenseId, name, extractedText: name };
  });
}

/** Words that stand where nobody says what the licence is. */
const UNSAID: ReadonlySet<string> = new Set(['', 'NOASSERTION', 'NONE']);

/**
 * The declarations in an expression: itself, or where it joins licences of the document's own by AND, what each of
 * them is called.
 */
export function readDeclared({ expression, extracted }: DeclaredLicence): readonly string[] {
  const text = expression.trim();
  if (UNSAID.has(text)) return [];
  if (!text.includes('LicenseRef-') || /[()]| OR /.test(text)) return [text];
  const names = new Map(extracted.map((licence) => [licence.licenseId, nameOf(licence)]));
  return text.split(' AND ').map((part) => names.get(part) ?? part);
}

/** Longer texts are licences, not names of them. */
const MAX_NAME_LENGTH = 200;

function nameOf({ licenseId, name, extractedText }: ExtractedLicence): string {
  const named = [name, extractedText].find((text) => !UNSAID.has(text) && text.length <= MAX_NAME_LENGTH);
  return named ?? licenseId;
}
