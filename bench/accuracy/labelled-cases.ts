/** Reads the labelled cases: YAML with nothing but texts, so that the version 1.10 stays what it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { PACKAGE_TYPES, type Distribution, type Package, type PackageType } from '../../src/model/package.ts';
import { VERDICTS, type Verdict } from '../../src/model/finding.ts';
import { distribution, pkg } from '../../test/packages.ts';

/** `none`: nothing may be reported of this flaw in this package. */
export type ExpectedVerdict = Verdict | 'none';

/** One package with one flaw, and what a person read in the source's own record about the two. */
export interface LabelledCase {
  /** The distribution or ecosystem that it counts for: the name of its file. */
  readonly group: string;
  readonly flaw: string;
  readonly on: Distribution | null;
  readonly package: Package;
  readonly expect: ExpectedVerdict;
  /** Undefined where the case does not say; null: there must be none. */
  readonly fixedIn: string | null | undefined;
  /** `channel version` of the fix that the installation does not get. */
  readonly fixedElsewhere: string | undefined;
  /** Where among the feeds the record stands: a set, and a file in it. */
  readonly file: string;
  /** The very fact in it. */
  readonly says: string;
  readonly why: string;
  /** Why Hallmark is known to answer otherwise; undefined where it must not. The case counts all the same. */
  readonly known: string | undefined;
}

const Place = z.union([
  z.string(),
  z.strictObject({
    id: z.string(),
    versionId: z.string().optional(),
    prettyName: z.string().optional(),
    cpe: z.string().optional(),
    rolling: z.literal('true').optional(),
    repositories: z.array(z.string()).optional(),
  }),
]);

const Type = z.enum(PACKAGE_TYPES);

const Case = z.strictObject({
  /** `name version`, or the name alone where no version is known. */
  package: z.string(),
  type: Type.optional(),
  /** `name version`, or the name alone where the version is the package's own. */
  source: z.string().optional(),
  architecture: z.string().optional(),
  module: z.string().optional(),
  supplier: z.string().optional(),
  cpe: z.string().optional(),
  on: Place.optional(),
  flaw: z.string().optional(),
  expect: z.enum([...VERDICTS, 'none']),
  fixedIn: z.string().optional(),
  fixedElsewhere: z.string().optional(),
  why: z.string(),
  known: z.string().optional(),
});

const CaseRecord = z.strictObject({
  flaw: z.string(),
  type: Type.optional(),
  on: Place.optional(),
  in: z.string(),
  says: z.string(),
  cases: z.array(Case).min(1),
});

const CaseFile = z.strictObject({ type: Type, records: z.array(CaseRecord) });

/** All cases below a folder, by file and in their order. A file that is not of the form is an error. */
export function readLabelledCases(folder: string): readonly LabelledCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => readCaseFile(join(folder, name)));
}

export function readCaseFile(path: string): readonly LabelledCase[] {
  const group = basename(path, '.yaml');
  const tree: unknown = parse(readFileSync(path, 'utf8'), { schema: 'failsafe' });
  const file = CaseFile.safeParse(tree);
  if (!file.success) throw new Error(`${path}: ${z.prettifyError(file.error)}`);
  const { type, records } = file.data;
  return records.flatMap((record) =>
    record.cases.map((labelled): LabelledCase => {
      const place = labelled.on ?? record.on;
      return {
        group,
        flaw: labelled.flaw ?? record.flaw,
        on: place === undefined ? null : toDistribution(place),
        package: toPackage(labelled.type ?? record.type ?? type, labelled),
        expect: labelled.expect,
        fixedIn: labelled.fixedIn === 'none' ? null : labelled.fixedIn,
        fixedElsewhere: labelled.fixedElsewhere,
        file: record.in,
        says: record.says,
        why: labelled.why,
        known: labelled.known,
      };
    }),
  );
}

function toDistribution(place: z.infer<typeof Place>): Distribution {
  if (typeof place === 'string') return distribution(...nameAndVersion(place));
  const { id, versionId = null, rolling, prettyName, cpe = null, repositories = [] } = place;
  return distribution(id, versionId, {
    ...(prettyName === undefined ? {} : { prettyName }),
    cpe,
    repositories,
    rolling: rolling !== undefined,
  });
}

function toPackage(type: PackageType, labelled: z.infer<typeof Case>): Package {
  const [name, version] = nameAndVersion(labelled.package);
  const [source, sourceVersion] = nameAndVersion(labelled.source ?? '');
  // purls of some types need more than a case says (Julia: uuid), and nothing here looks at them
  return pkg('generic', name, version ?? '', {
    type,
    source: source === '' ? null : { name: source, version: sourceVersion },
    architecture: labelled.architecture ?? null,
    modularityLabel: labelled.module ?? null,
    supplier: labelled.supplier ?? null,
    cpes: labelled.cpe === undefined ? [] : [labelled.cpe],
  });
}

/** Names of products may have spaces, versions do not. */
function nameAndVersion(text: string): [name: string, version: string | null] {
  const space = text.lastIndexOf(' ');
  return space < 0 ? [text, null] : [text.slice(0, space), text.slice(space + 1)];
}
