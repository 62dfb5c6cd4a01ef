import { z } from 'zod';
import { before } from '../../../versions/interval-set.ts';
import { NOTHING_STATED, type AffectedPackage, type SourceStatus } from '../../advisory.ts';
import { ecosystemTraits } from '../../ecosystems.ts';
import { asObject, faultsOf, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { severityWord } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';

const SOURCE = 'arch';
const ECOSYSTEM = 'Arch Linux';

const Text = z.string().refine(isPlainText, 'is empty, too long or has control characters');

/** A group of flaws that the same packages have, "AVG". */
const Group = z.object({
  name: z.string().regex(/^AVG-\d{1,9}$/, 'is no group of flaws'),
  packages: z.array(Text).max(1_000),
  status: z.enum(['Unknown', 'Vulnerable', 'Testing', 'Fixed', 'Not affected']),
  severity: z.string().max(40),
  fixed: Text.nullish(),
  issues: z.array(z.string().refine(isIdentifier, 'is not an identifier')).max(10_000),
});

/**
 * Arch Linux's security tracker, `https://security.archlinux.org/all.json`. `affected` names the version in which the flaws
 * were noticed, which is no lower bound; `fixed` is the first one without them. The states are described in
 * archlinux/arch-security-tracker, `tracker/model/enum.py`.
 */
export const archSecurity: Feed = {
  format: 'arch-security',

  recognises(document) {
    const groups = document.kind === 'tree' ? document.value : null;
    const first = asObject(Array.isArray(groups) ? (groups as readonly unknown[])[0] : null);
    const name = first?.['name'];
    return typeof name === 'string' && name.startsWith('AVG-') && Array.isArray(first?.['issues']);
  },

  *read(document) {
    const groups = document.kind === 'tree' ? document.value : null;
    for (const group of Array.isArray(groups) ? (groups as readonly unknown[]) : []) {
      const parsed = Group.safeParse(group);
      if (parsed.success) yield readGroup(parsed.data);
      else {
        const name = asObject(group)?.['name'];
        const record = isIdentifier(name) ? `${document.path}: ${name}` : document.path;
        yield { kind: 'rejected', record, reason: faultsOf(parsed.error) };
      }
    }
  },
};

const STATUSES: Readonly<Record<z.infer<typeof Group>['status'], SourceStatus>> = {
  Unknown: 'under_investigation',
  Vulnerable: 'affected',
  Testing: 'affected',
  Fixed: 'affected',
  'Not affected': 'not_affected',
};

function readGroup({ name, packages, status, severity, fixed, issues }: z.infer<typeof Group>): FeedItem {
  if (packages.length === 0) return { kind: 'skipped', reason: 'a group of flaws in no package' };
  const { naming, scheme } = ecosystemTraits(ECOSYSTEM);
  const hasFix = typeof fixed === 'string' && status !== 'Not affected';
  // a fix in a version that nobody states says nothing of the one that is installed
  const said = status === 'Fixed' && !hasFix ? 'under_investigation' : STATUSES[status];
  const word = severityWord(severity);
  return advisoryItem({
    id: name,
    source: SOURCE,
    covers: [...new Set(issues)],
    severities: word === null ? [] : [word],
    affected: packages.map((pkg): AffectedPackage => ({
      ...NOTHING_STATED,
      ecosystem: ECOSYSTEM,
      name: pkg,
      naming,
      scheme,
      status: said,
      // the fix lies in a repository for testers
      statusWord: status === 'Testing' ? 'testing' : null,
      intervals: hasFix ? [before(fixed)] : [],
    })),
  });
}
