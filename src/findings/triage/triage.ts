/**
 * What people and vendors decided, in the order of their strength: overrides change what advisories say before matching;
 * then exceptions outrank VEX that the user gave, that attestations on the image, and those the vendors' statements in
 * the database; what distributions and other sources say comes last.
 */
import type { AdvisoryDatabase } from '../../advisories/advisory.ts';
import { vexProductKey } from '../../advisories/vex/vex-product-key.ts';
import type { VexStatement } from '../../advisories/vex/vex-statement.ts';
import { OPEN_VERDICTS } from '../../model/finding.ts';
import type { Package } from '../../model/package.ts';
import type { TriageReport } from '../../model/triage.ts';
import type { Decision } from '../decide.ts';
import { applyVex, type GivenVex } from '../vex/apply-vex.ts';
import { type ImageIdentity, productPurls } from '../vex/image-identity.ts';
import { createScope } from '../vex/product-scope.ts';
import { applyExceptions } from './apply-exceptions.ts';
import { createOverriding, type Overriding } from './apply-overrides.ts';
import { type Configuration, NO_CONFIGURATION } from './configuration.ts';

export interface TriageInput {
  readonly image: ImageIdentity;
  readonly configuration: Configuration;
  readonly vex: readonly GivenVex[];
  /** Milliseconds since 1970: the day by which exceptions expire. */
  readonly now: number;
}

const NO_IMAGE: ImageIdentity = {
  reference: '',
  digests: new Set(),
  names: [],
  stated: [],
  architecture: null,
  system: null,
};

/** Nothing but what vendors say of packages. */
export const NO_INPUT: TriageInput = { image: NO_IMAGE, configuration: NO_CONFIGURATION, vex: [], now: 0 };

export interface Triage extends Pick<Overriding, 'candidatesFor'> {
  conclude(decisions: readonly Decision[]): {
    readonly decisions: readonly Decision[];
    readonly report: TriageReport;
  };
}

export function startTriage(
  { image, configuration, vex, now }: TriageInput,
  packages: readonly Package[],
  database: Pick<AdvisoryDatabase, 'vex'>,
): Triage {
  const overriding = createOverriding(configuration.overrides, now);
  return {
    candidatesFor: (pkg, candidates) => overriding.candidatesFor(pkg, candidates),
    conclude(found) {
      const excepted = applyExceptions(overriding.conclude(found), configuration.exceptions, image, now);
      const vendors = vendorStatements(excepted.decisions, image, database);
      const report = { exceptions: excepted.uses, overrides: overriding.uses() };
      if (vex.length === 0 && vendors.length === 0) {
        return { decisions: excepted.decisions, report: { ...report, vex: { documents: [], unused: [] } } };
      }
      const scope = createScope(image, packages);
      const applied = applyVex({ decisions: excepted.decisions, given: vex, vendors, scope });
      return { decisions: applied.decisions, report: { ...report, vex: applied.report } };
    },
  };
}

/** What vendors say of the image, and of the packages in it that something is open for. */
function vendorStatements(
  decisions: readonly Decision[],
  image: ImageIdentity,
  database: Pick<AdvisoryDatabase, 'vex'>,
): readonly VexStatement[] {
  const open = decisions.filter(({ verdict }) => OPEN_VERDICTS.has(verdict));
  const purls = [...productPurls(image), ...open.map(({ package: pkg }) => pkg.purl)];
  return [...new Set(purls.map(vexProductKey))].flatMap((key) => database.vex(key));
}
