/**
 * Reasons for retries, as labels of the metric `reeve_retries_total`:
 * - `installation`: an incomplete round, or a round that threw
 * - `waiting`: a check of waiting objects without an event
 * - `contended`: an object that another client keeps changing, deleting or creating
 * - `conflict`: a write to an object that changed meanwhile
 * - `request`: a request that the API server could not answer
 * - `readiness`: a check whether a kind is served or an object is gone
 * - `watch`: a list or watch of a kind
 * - `kinds`: discovery of the served kinds
 * - `lease`: the Lease
 * - `cluster`: the API server at startup
 * - `template`: a rendering or a template that was unavailable
 * - `record`: a status commit
 * - `own-status`: the status of an Installation object
 */
export const RETRIES = [
  'installation',
  'waiting',
  'contended',
  'conflict',
  'request',
  'readiness',
  'watch',
  'kinds',
  'lease',
  'cluster',
  'template',
  'record',
  'own-status',
] as const

export type Retry = (typeof RETRIES)[number]
