import { parseExecutable } from '../../../formats/executable.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { NOTHING, unreadable } from '../../evidence.ts';
import { PROGRAM_FILES } from '../../program-files.ts';
import { type AuditedCrate, parseAuditData } from './audit-data.ts';
import { cratePurl } from './cargo-package.ts';

/** Null stands for a crate that is not built in: the others refer to each other by their places. */
export type RustProgram = readonly (AuditedCrate | null)[];

/**
 * Crates that programs written in Rust are made of, where `cargo auditable` built them. Crates that only took part in
 * the build (procedural macros, build scripts) are left out: nothing of them is in the program.
 */
export const rustBinaryCataloger = defineCataloger<RustProgram>({
  name: 'rust-binary',
  version: 1,
  // that a larger file was not read says the cataloger of Go's programs, which asks for the same ones
  interests: [{ ...PROGRAM_FILES, larger: 'ignore' }],
  unit: (path) => path,
  read: readProgram,
  catalog: catalogPrograms,
});

function readProgram({ path, content }: EvidenceFile): ReadFile<RustProgram> {
  const section = parseExecutable(content)?.section('.dep-v0') ?? null;
  if (section === null) return NOTHING;
  const data = parseAuditData(section.content);
  if (data === null) {
    const message = 'The list of crates in the Rust program is damaged; the crates are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const message = `${data.damaged} crates in the list of the Rust program could not be understood; they are missing.`;
  return { record: data.crates, coverage: data.damaged === 0 ? [] : [unreadable(path, message)] };
}

function catalogPrograms(files: ReadonlyMap<string, RustProgram>): Catalog {
  return { packages: [...files].flatMap(([path, crates]) => packagesOf(crates, path)), coverage: [] };
}

function packagesOf(crates: RustProgram, path: string): readonly CatalogedPackage[] {
  const purls = crates.map((crate) => crate && cratePurl(crate.name, crate.version, crate.source));
  return crates.flatMap((crate, place) => {
    const purl = purls[place];
    if (crate === null || !purl) return [];
    const { name, version, dependencies, isRoot } = crate;
    return toCatalogedPackage({
      type: 'cargo',
      purl,
      name,
      version,
      description: isRoot ? 'The crate that the program was built from.' : null,
      evidence: [path],
      dependencies: dependencies.flatMap((needed) => crates[needed]?.name ?? []),
      requires: dependencies.flatMap((needed) => purls[needed] ?? []),
    });
  });
}
