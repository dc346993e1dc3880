/**
 * What is tried again, as the metric `reeve_retries_total` tells it:
 * - `installation`: what a round left undone, or a round that threw
 * - `waiting`: what waits is looked at though nothing woke it
 * - `contended`: an object that another client keeps changing, deleting or creating
 * - `conflict`: a write to an object that changed meanwhile
 * - `request`: a request that the API server could not answer
 * - `readiness`: a look whether a kind is served, or an object gone
 * - `watch`: a list or watch of a kind
 * - `kinds`: the question which kinds are served
 * - `lease`: the Lease
 * - `cluster`: the API server at the start
 * - `template`: a rendering or a template that could not be had
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
