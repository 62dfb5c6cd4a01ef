/** Names, versions and origins of Rust crates. The Cargo Book, "Package ID Specifications". */
import { formatPurl, type Purl } from '../../../model/purl.ts';

/** Letters, digits, `-` and `_`. The Cargo Book, "The name field". */
export function isCrateName(name: string): boolean {
  return /^[\p{L}\p{N}_-]{1,255}$/u.test(name);
}

/** crates.io under the two addresses that lock files write. */
const CRATES_IO =
  /^(?:crates\.io|registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index|sparse\+https:\/\/index\.crates\.io\/)$/;

/**
 * @param source where Cargo got the crate from, as a lock file writes it; null for a directory
 */
export function cratePurl(name: string, version: string, source: string | null): Purl {
  return formatPurl({ type: 'cargo', name, version, qualifiers: qualifiersOf(source) });
}

/** purl-spec, types/cargo-definition and "Known qualifiers key/value pairs". */
function qualifiersOf(source: string | null): Record<string, string> {
  if (source === null || CRATES_IO.test(source)) return {};
  const [, kind, address] = /^(git|registry|sparse)\+(.+)$/s.exec(source) ?? [];
  if (address === undefined) return {};
  return kind === 'git' ? { vcs_url: `git+${address}` } : { repository_url: address };
}
