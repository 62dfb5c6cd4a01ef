import type { Coverage } from '../../../model/coverage.ts';
import { formatPurl, type Purl } from '../../../model/purl.ts';
import { type Catalog, type CatalogedPackage, toCatalogedPackage } from '../../cataloger.ts';
import { unreadable } from '../../evidence.ts';
import type { KernelImage } from './kernel-image.ts';
import type { KernelModule } from './module-info.ts';

export type KernelRecord =
  | { readonly kind: 'image'; readonly image: KernelImage }
  /** A module of the kernel's own tree. */
  | { readonly kind: 'part'; readonly release: string; readonly architecture: string | null }
  | { readonly kind: 'module'; readonly module: KernelModule }
  /** A module in a compression that is not read. */
  | { readonly kind: 'compressed' };

type Files = ReadonlyMap<string, KernelRecord>;

/** A kernel for each release, and the modules from outside of its tree. */
export function catalogKernels(files: Files): Catalog {
  return {
    packages: [...kernelsIn(files), ...modulesIn(files)],
    coverage: compressedModules(files),
  };
}

const kernelPurl = (release: string) =>
  formatPurl({ type: 'generic', name: 'linux-kernel', version: release });

const modulePurl = ({ name, version }: KernelModule) => formatPurl({ type: 'generic', name, version });

interface KernelFiles {
  readonly images: string[];
  readonly parts: string[];
  banner: string | null;
  architecture: string | null;
}

function kernelsIn(files: Files): readonly CatalogedPackage[] {
  const kernels = new Map<string, KernelFiles>();
  for (const [path, record] of files) {
    if (record.kind !== 'image' && record.kind !== 'part') continue;
    const facts = record.kind === 'image' ? record.image : record;
    const kernel = kernels.get(facts.release) ?? { images: [], parts: [], banner: null, architecture: null };
    kernels.set(facts.release, kernel);
    kernel.architecture ??= facts.architecture;
    if (record.kind === 'image') kernel.banner ??= record.image.banner;
    (record.kind === 'image' ? kernel.images : kernel.parts).push(path);
  }
  return [...kernels].map(([release, { images, parts, banner, architecture }]) =>
    toCatalogedPackage({
      type: 'generic',
      purl: kernelPurl(release),
      name: 'linux-kernel',
      version: release,
      architecture,
      description: banner === null ? 'Linux kernel' : `Linux kernel ${banner}`,
      evidence: images.length > 0 ? images : parts.slice(0, 1),
      files: [...images, ...parts].sort(),
    }),
  );
}

function modulesIn(files: Files): readonly CatalogedPackage[] {
  const found = [...files].flatMap(([path, record]) =>
    record.kind === 'module' ? { path, module: record.module } : [],
  );
  const purls = new Map(
    found.map(({ module }) => [releaseKey(module.release, module.name), modulePurl(module)]),
  );
  // built for several kernels it is there several times
  const same = Map.groupBy(found, ({ module }) => modulePurl(module));
  return [...same].flatMap(([purl, copies]) => {
    const [first] = copies;
    if (first === undefined) return [];
    const { name, version, licences, author, description, architecture, depends } = first.module;
    const requires = copies.flatMap(({ module: { release } }): readonly Purl[] => [
      kernelPurl(release),
      ...depends.flatMap((needed) => purls.get(releaseKey(release, needed)) ?? []),
    ]);
    return toCatalogedPackage({
      type: 'generic',
      purl,
      name,
      version,
      licences,
      supplier: author,
      description,
      architecture,
      evidence: copies.map(({ path }) => path),
      dependencies: ['linux-kernel', ...depends],
      requires: [...new Set(requires)],
    });
  });
}

const releaseKey = (release: string, name: string) => `${release}\0${name}`;

/** One entry for each directory of modules, not one for each of thousands. */
function compressedModules(files: Files): readonly Coverage[] {
  const counts = new Map<string, number>();
  for (const [path, { kind }] of files) {
    if (kind !== 'compressed') continue;
    const directory = /^(?:.*\/)?lib\/modules\/[^/]+/.exec(path)?.[0] ?? path;
    counts.set(directory, (counts.get(directory) ?? 0) + 1);
  }
  return [...counts].map(([directory, count]) =>
    unreadable(
      directory,
      `${count} kernel modules are compressed with xz, which is not read; those among them that are not the kernel's own are missing.`,
    ),
  );
}
