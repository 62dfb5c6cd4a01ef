/** What rebuilds could fix in the images that stand now: asked again when images or advisories have changed. */
import type { AdvisoryDatabase } from '../../../advisories/advisory.ts';
import { ShapeMismatch } from '../../../oci/shape.ts';
import { PACKAGES_TYPE } from '../../../trust/statements/predicate-types.ts';
import { findFixableFlaws } from '../../admission/fixable-flaws.ts';
import { readKeptEvidence } from '../../admission/kept-evidence.ts';
import { rememberFixes } from '../../admission/known-fixes.ts';
import { type PackageRecord, readPackageRecord } from '../../admission/package-record.ts';
import type { BuildId } from '../../builds/build.ts';
import type { KnownFix } from '../../plan/work.ts';
import type { BuiltImage, ProgrammeState } from '../../state/programme-state.ts';

export interface KnownFlaws {
  /** @param database null: no flaws are known */
  of(
    images: readonly BuiltImage[],
    database: AdvisoryDatabase | null,
    now: number,
  ): ReadonlyMap<BuildId, readonly KnownFix[]>;
}

/** @param folder of the programme's state, in which evidence is kept */
export function createKnownFlaws(
  folder: string,
  state: Pick<ProgrammeState, 'recall' | 'remember'>,
): KnownFlaws {
  const records = new Map<string, PackageRecord | null>();
  let last: { readonly asked: string; readonly answer: ReadonlyMap<BuildId, readonly KnownFix[]> } | null =
    null;

  function recordOf({ admission: { evidence, digest } }: BuiltImage): PackageRecord | null {
    let record = records.get(digest);
    if (record === undefined) records.set(digest, (record = readRecord(folder, evidence)));
    return record;
  }

  return {
    of(images, database, now) {
      if (database === null) return new Map();
      const asked = [database.info.digest, ...images.map(({ admission }) => admission.digest)].join('\n');
      if (last?.asked === asked) return last.answer;
      const known = images.flatMap((image) => {
        const record = recordOf(image);
        return record === null ? [] : [[image.admission.buildId, record] as const];
      });
      const fixes = findFixableFlaws(new Map(known), database, now * 1000);
      last = { asked, answer: rememberFixes(fixes, state, now) };
      return last.answer;
    },
  };
}

/** Null where the record is not kept here: it is in quarantine still, and the image is looked at when it is examined again. */
function readRecord(folder: string, evidence: BuiltImage['admission']['evidence']): PackageRecord | null {
  const named = evidence.find(({ predicateType }) => predicateType === PACKAGES_TYPE);
  const bytes = named === undefined ? null : readKeptEvidence(folder, named.digest);
  const record = bytes === null ? null : readPackageRecord(bytes);
  return record instanceof ShapeMismatch ? null : record;
}
