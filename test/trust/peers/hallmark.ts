import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { ANN, type Cosign, type CosignSigning } from './cosign.ts';

/** Arguments of `hallmark sign` and `attest`. */
export function signingAs(
  { by, form, log }: CosignSigning,
  { files }: Cosign,
  { home, sigstore }: Bench,
): string[] {
  const token = join(home, 'token');
  writeFileSync(token, sigstore.token(ANN));
  return [
    '--quiet',
    '--yes',
    ...(by === 'key' ? ['--key', files.key] : ['--identity-token', token]),
    ...(log === null
      ? []
      : ['--signing-config', files.signingConfigurations[log], '--trusted-root', files.trustedRoot]),
    ...(form === 'layer' ? ['--legacy', 'tags'] : []),
  ];
}
