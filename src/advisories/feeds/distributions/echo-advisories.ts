import { before } from '../../../versions/interval-set.ts';
import { NOTHING_STATED } from '../../advisory.ts';
import { ecosystemTraits } from '../../ecosystems.ts';
import { asObject, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { severityWord } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';

const SOURCE = 'echo';
const ECOSYSTEM = 'Echo';

/**
 * Advisories of Echo, a distribution with Debian's packages, `https://advisory.echohq.com/data.json`: `{source package:
 * {CVE: {fixed_version}}}`, where a flaw without a fixed version has no fix yet, and `0` means never affected. In the OSV
 * format Echo publishes them too; see `osv.ts`.
 */
export const echoAdvisories: Feed = {
  format: 'echo',

  recognises(document) {
    const packages = document.kind === 'tree' ? asObject(document.value) : null;
    const [flaws] = Object.values(packages ?? {});
    const [id, facts] = Object.entries(asObject(flaws) ?? {})[0] ?? [];
    const entry = asObject(facts);
    if (id === undefined || entry === null || !/^(?:CVE|GHSA|ECHO)-/.test(id)) return false;
    return Object.keys(entry).every((key) => key === 'fixed_version' || key === 'severity');
  },

  *read(document) {
    const packages = document.kind === 'tree' ? asObject(document.value) : null;
    for (const [name, flaws] of Object.entries(packages ?? {})) {
      for (const [id, facts] of Object.entries(asObject(flaws) ?? {}))
        yield readFlaw(name, id, facts, document.path);
    }
  },
};

function readFlaw(name: string, id: string, facts: unknown, path: string): FeedItem {
  const fixed = asObject(facts)?.['fixed_version'] ?? null;
  if (
    !isPlainText(name) ||
    !isIdentifier(id) ||
    asObject(facts) === null ||
    !(fixed === null || isPlainText(fixed))
  ) {
    const record = `${path}: ${name.slice(0, 100)} ${id.slice(0, 100)}`;
    return { kind: 'rejected', record, reason: 'not a flaw in a package with the version that fixes it' };
  }
  const { naming, scheme } = ecosystemTraits(ECOSYSTEM);
  const severity = asObject(facts)?.['severity'];
  const word = typeof severity === 'string' ? severityWord(severity) : null;
  const isOpen = fixed === null || fixed === '0';
  return advisoryItem(
    {
      id,
      source: SOURCE,
      affected: [
        {
          ...NOTHING_STATED,
          ecosystem: ECOSYSTEM,
          name,
          naming,
          scheme,
          status: fixed === '0' ? 'not_affected' : 'affected',
          intervals: isOpen ? [] : [before(fixed)],
          severities: word === null ? [] : [word],
        },
      ],
    },
    name,
  );
}
