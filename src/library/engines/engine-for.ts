import { rm } from 'node:fs/promises';
import type { Environment } from '../../oci/registry/credentials.ts';
import { LibraryError } from '../errors.ts';
import type { EngineSettings } from '../programme/programme.ts';
import { buildahEngine } from './buildah/buildah-engine.ts';
import { buildkitEngine } from './buildkit/buildkit-engine.ts';
import { commandEngine } from './program/command-engine.ts';
import type { BuildEngine } from './engine.ts';
import { importEngine } from './import/import-engine.ts';
import { throwIfEnded } from './program/run-builder.ts';
import { IMPORT_BUILDER } from '../../definitions/definition.ts';

/** Builders that read a Dockerfile. Which program does is the programme's choice, and not the definition's. */
const DOCKERFILE_BUILDERS: readonly string[] = ['', 'buildkit', 'classic'];

/**
 * What builds the images of an architecture.
 *
 * @param builder as the definition has it; empty for the default
 * @throws {LibraryError} ENGINE_MISSING when no engine knows such a builder
 */
export function engineFor(settings: EngineSettings, builder: string, environment: Environment): BuildEngine {
  const { describe, build } = chosenEngine(settings, builder, environment);
  return {
    describe,
    async build(request) {
      try {
        return await build(request);
      } catch (error) {
        await rm(request.output, { recursive: true, force: true });
        // whatever the end of its time has interrupted: that it was over is the reason
        throwIfEnded(request.signal, `the build of ${request.source.directory}`);
        throw error;
      }
    },
  };
}

function chosenEngine(settings: EngineSettings, builder: string, environment: Environment): BuildEngine {
  if (builder === IMPORT_BUILDER) return importEngine();
  if (!DOCKERFILE_BUILDERS.includes(builder)) {
    throw new LibraryError('ENGINE_MISSING', `no engine builds with the builder ${JSON.stringify(builder)}`, {
      subject: builder,
      remedy: 'Leave Builder out of the definition, or let it be buildkit or oci-import.',
    });
  }
  switch (settings.kind) {
    case 'buildah':
      return buildahEngine(settings, environment);
    case 'buildkit':
      return buildkitEngine(settings, environment);
    case 'command':
      return commandEngine(settings, environment);
  }
}
