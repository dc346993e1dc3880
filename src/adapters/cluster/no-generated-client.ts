// What config.js of @kubernetes/client-node takes from the generated client, in its place; only its
// makeApiClient, unused here, needs it.

export class ServerConfiguration {}

export function createConfiguration(): never {
  throw new Error('the generated client is not loaded')
}
