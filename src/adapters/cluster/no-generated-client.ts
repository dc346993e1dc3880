// Replaces what config.js of @kubernetes/client-node imports from the generated client; only its
// makeApiClient, unused here, needs it.

export class ServerConfiguration {}

export function createConfiguration(): never {
  throw new Error('the generated client is not loaded')
}
