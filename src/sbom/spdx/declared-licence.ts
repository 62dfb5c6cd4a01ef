import type { Package } from '../../model/package.ts';
import { sha256 } from '../bill.ts';
import { readLicence, readLicences } from '../licences.ts';
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
export function declareLicences({
  licences,
  licenceExpression,
}: Pick<Package, 'licenceExpression' | 'licences'>): DeclaredLicence | null {
  if (licences.length === 0) return null;
  const read = licenceExpression === null ? null : readLicence(licenceExpression);
  if (read?.kind === 'id') return { expression: read.id, extracted: [] };
  if (read?.kind === 'expression') return { expression: read.expression, extracted: [] };
  const extracted: ExtractedLicence[] = [];
  const parts = readLicences(licences).map((licence) => {
    if (licence.kind === 'id') return licence.id;
    if (licence.kind === 'expression') return licence.expression;
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
