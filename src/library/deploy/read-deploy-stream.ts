import { type DeployInput, normalizeDeployInput, readDeployInput, withIndentedData } from './deploy-input.ts';
import { splitObjects } from './json-documents.ts';

/**
 * The objects of a stream of JSON, as `deploy.jq` and `deployObjects` make them. The data are indented by tabs, as upstream's
 * tool does before it takes their digest.
 *
 * @throws {LibraryError} DOCUMENT_INVALID
 */
export async function* readDeployStream(text: AsyncIterable<string>): AsyncGenerator<DeployInput, void> {
  for await (const document of splitObjects(text)) {
    yield normalizeDeployInput(withIndentedData(readDeployInput(document)));
  }
}
