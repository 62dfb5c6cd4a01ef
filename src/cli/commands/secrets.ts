import type { ExitStatus } from '../../model/errors.ts';
import { SEVERITY_RANK, type SeverityLevel } from '../../model/severity.ts';
import { formatJson } from '../../report/json.ts';
import type { LayerOwner } from '../../report/layer-owner.ts';
import { formatSecrets, sortedSecrets } from '../../report/secrets.ts';
import { formatSeveral } from '../../report/several.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ImageFlags } from '../options.ts';
import { chooseLayers, inventoryImages } from '../run-assessment.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const SECRETS_FORMATS = ['terminal', 'json'] as const;

export interface SecretsFlags extends ImageFlags {
  readonly severity?: SeverityLevel;
  readonly failOn?: SeverityLevel;
  readonly layers?: LayerOwner;
}

/** Exit status 2 when `--fail-on` is met by a secret that is shown. */
export async function secrets(
  reference: string,
  flags: SecretsFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, SECRETS_FORMATS);
  const assessments = await inventoryImages(reference, flags, terminal);
  const least = flags.severity === undefined ? 0 : SEVERITY_RANK[flags.severity];
  const shown = assessments.map((assessment) => {
    const chosen = chooseLayers(assessment, flags);
    return { ...chosen, secrets: chosen.secrets.filter(({ severity }) => SEVERITY_RANK[severity] >= least) };
  });
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson(shown.flatMap((assessment) => sortedSecrets(assessment.secrets)))
        : formatSeveral(shown, (assessment) => formatSecrets(assessment, style), style),
    terminal.stdout,
  );
  const gate = flags.failOn === undefined ? Infinity : SEVERITY_RANK[flags.failOn];
  const isMet = shown.some((assessment) =>
    assessment.secrets.some(({ severity }) => SEVERITY_RANK[severity] >= gate),
  );
  return isMet ? 2 : 0;
}
