import type { PackageType } from '../../model/package.ts';

/** How Syft sorts packages. Syft, `syft/pkg/type.go` and `language.go`. */
export interface ArtifactType {
  readonly type: string;
  readonly language: string;
}

const TYPES: Partial<Readonly<Record<PackageType, readonly [type: string, language?: string]>>> = {
  alpm: ['alpm'],
  apk: ['apk'],
  bitnami: ['bitnami'],
  brew: ['homebrew'],
  cargo: ['rust-crate', 'rust'],
  cocoapods: ['pod', 'swift'],
  composer: ['php-composer', 'php'],
  conan: ['conan', 'c++'],
  conda: ['conda'],
  cran: ['R-package', 'R'],
  deb: ['deb'],
  ebuild: ['portage'],
  gem: ['gem', 'ruby'],
  generic: ['binary'],
  github: ['github-action'],
  golang: ['go-module', 'go'],
  hackage: ['hackage', 'haskell'],
  hex: ['hex'],
  huggingface: ['model'],
  luarocks: ['lua-rocks', 'lua'],
  maven: ['java-archive', 'java'],
  nix: ['nix'],
  npm: ['npm', 'javascript'],
  nuget: ['dotnet', 'dotnet'],
  opam: ['opam', 'ocaml'],
  otp: ['erlang-otp'],
  pear: ['php-pear', 'php'],
  pub: ['dart-pub', 'dart'],
  pypi: ['python', 'python'],
  rpm: ['rpm'],
  swift: ['swift', 'swift'],
  terraform: ['terraform'],
  vcpkg: ['vcpkg', 'c++'],
  'wordpress-plugin': ['wordpress-plugin', 'php'],
};

/** `UnknownPackage` for what Syft does not catalog. */
export function artifactType(type: PackageType): ArtifactType {
  const [name = 'UnknownPackage', language = ''] = TYPES[type] ?? [];
  return { type: name, language };
}
