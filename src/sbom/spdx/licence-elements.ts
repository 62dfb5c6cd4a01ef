/** Licences of SPDX 3, where each operator of an expression may be an element of its own. Profile ExpandedLicensing. */
import { type JsonObject, textIn } from '../../formats/json.ts';
import type { DeclaredLicence, ExtractedLicence } from './declared-licence.ts';
import { listOf, type Spdx3Graph } from './spdx3-graph.ts';

/** Elements refer to each other, in circles too where somebody wants it; no licence is nested as deep. */
const MAX_DEPTH = 10;

/** Most elements that one expression may be made of; of a graph with shared elements a tree may grow without bound. */
const MAX_MEMBERS = 200;

/** The expression that a licence element is; null for none and for what says nothing. */
export function expressionOf(reference: unknown, graph: Spdx3Graph): DeclaredLicence | null {
  const extracted: ExtractedLicence[] = [];
  let members = 0;

  function express(value: unknown, depth: number): string | null {
    members += 1;
    if (depth > MAX_DEPTH || members > MAX_MEMBERS) return null;
    const element = graph.resolve(value);
    if (element === undefined) return listedLicence(String(value));
    const join = (operator: 'AND' | 'OR') => {
      const parts = listOf(element['expandedlicensing_member']).flatMap((member) => {
        const part = express(member, depth + 1);
        return part === null ? [] : [part.includes(' ') && operator === 'AND' ? `(${part})` : part];
      });
      return parts.length === 0 ? null : parts.join(` ${operator} `);
    };
    const subject = (field: string) => express(element[field], depth + 1);
    switch (element['type']) {
      case 'simplelicensing_LicenseExpression':
        for (const entry of listOf(element['simplelicensing_customIdToUri'])) addCustom(entry);
        return textIn(element, 'simplelicensing_licenseExpression') || null;
      case 'expandedlicensing_ListedLicense':
        return textIn(element, 'name') || listedLicence(textIn(element, 'spdxId'));
      case 'expandedlicensing_CustomLicense':
      case 'simplelicensing_SimpleLicensingText':
        return addText(element);
      case 'expandedlicensing_ConjunctiveLicenseSet':
        return join('AND');
      case 'expandedlicensing_DisjunctiveLicenseSet':
        return join('OR');
      case 'expandedlicensing_OrLaterOperator': {
        const licence = subject('expandedlicensing_subjectLicense');
        return licence === null ? null : `${licence}+`;
      }
      case 'expandedlicensing_WithAdditionOperator': {
        const licence = subject('expandedlicensing_subjectExtendableLicense');
        const addition = graph.resolve(element['expandedlicensing_subjectAddition']);
        return licence === null || addition === undefined
          ? licence
          : `${licence} WITH ${textIn(addition, 'name')}`;
      }
      default:
        return null;
    }
  }

  function addCustom(entry: unknown): void {
    const found = graph.resolve(entry);
    const text = found === undefined ? undefined : graph.resolve(found['value']);
    if (found === undefined || text === undefined) return;
    extracted.push({ ...toExtracted(text), licenseId: textIn(found, 'key') });
  }

  function addText(element: JsonObject): string {
    const licence = toExtracted(element);
    extracted.push(licence);
    return licence.licenseId;
  }

  const expression = express(reference, 0);
  return expression === null ? null : { expression, extracted };
}

function toExtracted(element: JsonObject): ExtractedLicence {
  const id = textIn(element, 'spdxId');
  const tail = id.slice(Math.max(id.lastIndexOf('#'), id.lastIndexOf('/'), id.lastIndexOf(':')) + 1);
  return {
    licenseId: tail.startsWith('LicenseRef-') ? tail : `LicenseRef-${tail}`,
    name: textIn(element, 'name'),
    extractedText: textIn(element, 'simplelicensing_licenseText'),
  };
}

/** `https://spdx.org/licenses/MIT` is MIT, in a document that does not hold it. */
function listedLicence(iri: string): string | null {
  return /^https?:\/\/spdx\.org\/licenses\/([\w.+-]+)$/.exec(iri)?.[1] ?? null;
}
