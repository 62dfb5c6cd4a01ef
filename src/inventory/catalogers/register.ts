import type { Cataloger } from '../cataloger.ts';
import { distributionCataloger } from '../distribution.ts';
import { fileDigestsCataloger } from '../file-digests.ts';
import { fileSecretsCataloger } from '../file-secrets.ts';
import { licenceTextsCataloger } from '../licence-texts.ts';
import { githubActionsCataloger } from './automation/github-actions.ts';
import { terraformInstalledCataloger } from './automation/terraform-installed.ts';
import { terraformLockCataloger } from './automation/terraform-lock.ts';
import { hexLockCataloger } from './beam/hex-lock.ts';
import { otpInstalledCataloger } from './beam/otp-installed.ts';
import { softwareCataloger } from './binary/software-cataloger.ts';
import { bitnamiCataloger } from './bitnami/bitnami.ts';
import { podfileLockCataloger } from './cocoapods/podfile-lock.ts';
import { conanInstalledCataloger } from './conan/conan-installed.ts';
import { conanLockCataloger } from './conan/conan-lock.ts';
import { condaEnvironmentCataloger } from './conda/conda-environment.ts';
import { condaInstalledCataloger } from './conda/conda-installed.ts';
import { pubInstalledCataloger } from './dart/pub-installed.ts';
import { pubLockCataloger } from './dart/pub-lock.ts';
import { dotnetApplicationCataloger } from './dotnet/dotnet-application.ts';
import { nugetLockCataloger } from './dotnet/nuget-lock.ts';
import { elfNoteCataloger } from './elf/elf-note.ts';
import { goBinaryCataloger } from './go/go-binary.ts';
import { goModCataloger } from './go/go-mod.ts';
import { ghcInstalledCataloger } from './haskell/ghc-installed.ts';
import { haskellLockCataloger } from './haskell/haskell-lock.ts';
import { homebrewCataloger } from './homebrew/homebrew.ts';
import { gradleLockCataloger } from './java/gradle-lock.ts';
import { javaArchiveCataloger } from './java/java-archive.ts';
import { javaExplodedCataloger } from './java/java-exploded.ts';
import { jvmCataloger } from './java/jvm.ts';
import { mavenPomCataloger } from './java/maven-pom.ts';
import { nativeImageCataloger } from './java/native-image.ts';
import { sbtLockCataloger } from './java/sbt-lock.ts';
import { wildflyModuleCataloger } from './java/wildfly-module.ts';
import { bunLockCataloger } from './javascript/bun-lock.ts';
import { denoCataloger } from './javascript/deno.ts';
import { npmInstalledCataloger } from './javascript/npm-installed.ts';
import { npmLockCataloger } from './javascript/npm-lock.ts';
import { pnpCataloger } from './javascript/pnp.ts';
import { pnpmLockCataloger } from './javascript/pnpm-lock.ts';
import { yarnLockCataloger } from './javascript/yarn-lock.ts';
import { juliaInstalledCataloger } from './julia/julia-installed.ts';
import { juliaManifestCataloger } from './julia/julia-manifest.ts';
import { linuxKernelCataloger } from './kernel/linux-kernel.ts';
import { luaInstalledCataloger } from './lua/lua-installed.ts';
import { luaLockCataloger } from './lua/lua-lock.ts';
import { ggufCataloger } from './models/gguf.ts';
import { huggingFaceCacheCataloger } from './models/huggingface-cache.ts';
import { safetensorsCataloger } from './models/safetensors.ts';
import { opamInstalledCataloger } from './ocaml/opam-installed.ts';
import { opamLockCataloger } from './ocaml/opam-lock.ts';
import { apkCataloger } from './os/apk.ts';
import { bottlerocketCataloger } from './os/bottlerocket.ts';
import { cosCataloger } from './os/cos.ts';
import { dpkgCataloger } from './os/dpkg.ts';
import { nixCataloger } from './os/nix.ts';
import { opkgCataloger } from './os/opkg.ts';
import { pacmanCataloger } from './os/pacman.ts';
import { portageCataloger } from './os/portage.ts';
import { rpmCataloger } from './os/rpm.ts';
import { windowsCataloger } from './os/windows.ts';
import { cpanInstalledCataloger } from './perl/cpan-installed.ts';
import { cpanLockCataloger } from './perl/cpan-lock.ts';
import { composerCataloger } from './php/composer.ts';
import { pearCataloger } from './php/pear.ts';
import { phpExtensionCataloger } from './php/php-extension.ts';
import { pythonArchiveCataloger } from './python/python-archive.ts';
import { pythonInstalledCataloger } from './python/python-installed.ts';
import { pythonLockCataloger } from './python/python-lock.ts';
import { pythonVendoredCataloger } from './python/python-vendored.ts';
import { rInstalledCataloger } from './r/r-installed.ts';
import { rLockCataloger } from './r/r-lock.ts';
import { gemInstalledCataloger } from './ruby/gem-installed.ts';
import { gemLockCataloger } from './ruby/gem-lock.ts';
import { cargoLockCataloger } from './rust/cargo-lock.ts';
import { rustBinaryCataloger } from './rust/rust-binary.ts';
import { snapCataloger } from './snap/snap.ts';
import { swiftLockCataloger } from './swift/swift-lock.ts';
import { vcpkgInstalledCataloger } from './vcpkg/vcpkg-installed.ts';
import { vcpkgManifestCataloger } from './vcpkg/vcpkg-manifest.ts';
import { wordpressCoreCataloger } from './wordpress/wordpress-core.ts';
import { wordpressExtensionCataloger } from './wordpress/wordpress-extension.ts';

/** Everything that reads files of an image, one line each; their names and versions are the key of the layer cache. */
export const CATALOGERS: readonly Cataloger[] = [
  distributionCataloger,
  fileSecretsCataloger,
  licenceTextsCataloger,
  githubActionsCataloger,
  terraformInstalledCataloger,
  terraformLockCataloger,
  hexLockCataloger,
  otpInstalledCataloger,
  softwareCataloger,
  bitnamiCataloger,
  podfileLockCataloger,
  conanInstalledCataloger,
  conanLockCataloger,
  condaEnvironmentCataloger,
  condaInstalledCataloger,
  pubInstalledCataloger,
  pubLockCataloger,
  dotnetApplicationCataloger,
  nugetLockCataloger,
  elfNoteCataloger,
  goBinaryCataloger,
  goModCataloger,
  ghcInstalledCataloger,
  haskellLockCataloger,
  homebrewCataloger,
  gradleLockCataloger,
  javaArchiveCataloger,
  javaExplodedCataloger,
  jvmCataloger,
  mavenPomCataloger,
  nativeImageCataloger,
  sbtLockCataloger,
  wildflyModuleCataloger,
  bunLockCataloger,
  denoCataloger,
  npmInstalledCataloger,
  npmLockCataloger,
  pnpCataloger,
  pnpmLockCataloger,
  yarnLockCataloger,
  juliaInstalledCataloger,
  juliaManifestCataloger,
  linuxKernelCataloger,
  luaInstalledCataloger,
  luaLockCataloger,
  ggufCataloger,
  huggingFaceCacheCataloger,
  safetensorsCataloger,
  opamInstalledCataloger,
  opamLockCataloger,
  apkCataloger,
  bottlerocketCataloger,
  cosCataloger,
  dpkgCataloger,
  nixCataloger,
  opkgCataloger,
  pacmanCataloger,
  portageCataloger,
  rpmCataloger,
  windowsCataloger,
  cpanInstalledCataloger,
  cpanLockCataloger,
  composerCataloger,
  pearCataloger,
  phpExtensionCataloger,
  pythonArchiveCataloger,
  pythonInstalledCataloger,
  pythonLockCataloger,
  pythonVendoredCataloger,
  rInstalledCataloger,
  rLockCataloger,
  gemInstalledCataloger,
  gemLockCataloger,
  cargoLockCataloger,
  rustBinaryCataloger,
  snapCataloger,
  swiftLockCataloger,
  vcpkgInstalledCataloger,
  vcpkgManifestCataloger,
  wordpressCoreCataloger,
  wordpressExtensionCataloger,
];

/** What costs too much to be done without being asked for. */
export interface ExtraReading {
  /** Hashes every file. */
  readonly fileDigests?: boolean | undefined;
}

/** The catalogers that read an image, with those of the extras that are asked for. */
export function catalogersFor({ fileDigests = false }: ExtraReading): readonly Cataloger[] {
  return fileDigests ? [...CATALOGERS, fileDigestsCataloger] : CATALOGERS;
}
