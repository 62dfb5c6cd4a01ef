import { parsedScheme } from './parsed-scheme.ts';
import { compareSemanticVersions, readStrictly } from './semver.ts';

/** Versions of Rust's crates: Semantic Versioning 2.0.0. https://doc.rust-lang.org/cargo/reference/resolver.html */
export const cargo = parsedScheme('cargo', readStrictly, compareSemanticVersions);
