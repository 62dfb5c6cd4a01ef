import type { LayerFiles } from '../layer-stack.ts';

/** Real files of one ecosystem, from which a cataloger shows what it can: the table of ecosystems is made from these. */
export interface Exhibit {
  /** As its people call it: `Python`, `Go modules`. */
  readonly ecosystem: string;
  /** Name of the cataloger, as in the register. */
  readonly cataloger: string;
  /** What it reads, as patterns of paths for people: `*.dist-info/METADATA`. */
  readonly evidence: readonly string[];
  /** Where the files are from: `flask 3.0.3, wheel from PyPI`, `Debian 12, ruby-rack 2.2.6.4-1`. */
  readonly origin: string;
  readonly files: () => LayerFiles;
}
