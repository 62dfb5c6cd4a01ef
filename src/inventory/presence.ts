/**
 * A lock file names what was to be installed. Where the image shows that installed, the installed packages are
 * the truth, and what else the lock names was left out on purpose: for development, for another system. Only where
 * nothing of it is found, as in an application that was bundled or compiled, is the lock file all that tells.
 */
import type { Package } from '../model/package.ts';

type Found = Pick<Package, 'type' | 'name' | 'presence' | 'evidence'>;

/** Of a lock file's packages so many must be installed to believe that the file was carried out. */
const PROOF = 0.5;

/**
 * Drops the declared packages whose lock file or manifest is known to be installed. Node modules are left alone: they
 * lie beside their lock file, where its catalogers have looked.
 */
export function dropInstalledDeclarations<P extends Found>(packages: readonly P[]): readonly P[] {
  const installed = new Set(packages.filter(({ presence }) => presence === 'installed').map(nameOf));
  const declared = packages.filter(({ presence, type }) => presence === 'declared' && type !== 'npm');
  const carriedOut = new Set<string>();
  for (const [declaration, named] of Map.groupBy(declared, declarationOf)) {
    const found = named.filter((pkg) => installed.has(nameOf(pkg))).length;
    if (found >= named.length * PROOF) carriedOut.add(declaration);
  }
  if (carriedOut.size === 0) return packages;
  return packages.filter((pkg) => pkg.presence === 'installed' || !carriedOut.has(declarationOf(pkg)));
}

const nameOf = ({ type, name }: Found) => `${type}\0${name}`;

const declarationOf = ({ type, evidence }: Found) => `${type}\0${evidence[0]?.path ?? ''}`;
