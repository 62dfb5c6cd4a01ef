/** Secrets in what an image is started with and how it was built: variables, labels and build steps. */
import type { AssessedImage } from '../model/assessment.ts';
import type { Secret, SecretPlace } from '../model/secret.ts';
import { findSecretsInText, redact } from '../secrets/search.ts';

export interface SearchedImage {
  /** The image as it may be shown: every text without its secrets. */
  readonly image: AssessedImage;
  readonly secrets: readonly Secret[];
}

/**
 * Searches the configuration and history of an image, and takes what was found out of every text that a report could
 * show.
 */
export function searchConfiguration(image: AssessedImage): SearchedImage {
  const { run, labels, annotations, history } = image;
  const environment = run?.environment ?? [];
  const secrets = [
    ...environment.flatMap((text) =>
      secretsIn(text, { kind: 'environment', variable: text.split('=', 1)[0] ?? '' }),
    ),
    ...Object.entries(labels).flatMap(([label, text]) =>
      secretsIn(`${label}=${text}`, { kind: 'label', label }),
    ),
    ...history.flatMap(({ createdBy, comment }, step) =>
      [createdBy, comment].flatMap((text) => secretsIn(text ?? '', { kind: 'history', step })),
    ),
  ];
  if (secrets.length === 0) return { image, secrets };
  return {
    secrets,
    image: {
      ...image,
      labels: redactValues(labels),
      annotations: redactValues(annotations),
      history: history.map((step) => ({
        ...step,
        createdBy: step.createdBy && redact(step.createdBy),
        comment: step.comment && redact(step.comment),
      })),
      run: run && {
        ...run,
        environment: environment.map(redact),
        entrypoint: run.entrypoint.map(redact),
        command: run.command.map(redact),
        healthcheck: run.healthcheck && run.healthcheck.map(redact),
      },
    },
  };
}

function secretsIn(text: string, place: SecretPlace): Secret[] {
  return findSecretsInText(text).map(({ rule, redacted }) => ({
    rule: rule.id,
    title: rule.title,
    severity: rule.severity,
    place,
    redacted,
  }));
}

/** A label's name says what its value is: both are searched together, and only the value changes. */
function redactValues(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const shown: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(texts)) {
    const prefix = `${name}=`;
    shown[name] = redact(prefix + text).slice(prefix.length);
  }
  return shown;
}
