import { textIn } from '../../../model/json.ts'
import { gvkOf, type LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { redactPasswords } from '../diagnosis/redact-passwords.ts'
import { numberIn, sectionOf } from '../read.ts'
import { failing, HEALTHY, progressing } from '../verdict.ts'

/** Minimum duration of an error: at creation, one flickers. */
const ERROR_FLICKERS_MS = 15_000

export function isMattermost(object: LiveObject): boolean {
  const { group, kind } = gvkOf(object)
  return group === 'installation.mattermost.com' && kind === 'Mattermost'
}

/**
 * installation.mattermost.com Mattermost: healthy once its operator reports `stable` for the wanted image and
 * version. The operator does not report a failing update check: see update-check.ts. An error in its status
 * may pass, as while the object's Secrets are about to be created.
 */
export function mattermostHealth(object: LiveObject): Health {
  const { state, error } = sectionOf(object, 'status')
  const told = textIn(state)
  if (told === '') return progressing('not yet observed by its operator')
  if (told === 'stable' && !isUpdated(object)) return progressing(describeUpdate(object))
  if (told === 'stable') return HEALTHY
  const going = isUpdated(object) ? '' : `: ${describeUpdate(object)}`
  if (textIn(error) === '') return progressing(`${told}${going || replicasOf(object)}`)
  return failing(`${told}: ${redactPasswords(textIn(error))}`, ERROR_FLICKERS_MS)
}

/** Whether its Deployment has the wanted image and version. The operator chooses those that are absent. */
export function isUpdated(object: LiveObject): boolean {
  const { image, version } = sectionOf(object, 'status')
  const wanted = sectionOf(object, 'spec')
  return (wanted.image ?? image) === image && (wanted.version ?? version) === version
}

/** The wanted image as its containers name it (GetImageName of the operator). */
export function imageOf(object: LiveObject): string {
  const { image, version } = sectionOf(object, 'spec')
  return `${textIn(image)}${textIn(version).startsWith('sha256:') ? '@' : ':'}${textIn(version)}`
}

/** Grows when the operator observes the object, and with each Pod of the new version. */
export function mattermostProgress(object: LiveObject): number {
  const { observedGeneration, updatedReplicas } = sectionOf(object, 'status')
  const isObserved = observedGeneration === object.metadata.generation
  return isObserved ? 1 + numberIn(updatedReplicas) : 0
}

function describeUpdate(object: LiveObject): string {
  const { version } = sectionOf(object, 'status')
  const from = textIn(version) === '' ? '' : `, runs ${textIn(version)}`
  return `${imageOf(object)} wanted${from}`
}

function replicasOf(object: LiveObject): string {
  const wanted = numberIn(sectionOf(object, 'spec').replicas, 1)
  return `: ${numberIn(sectionOf(object, 'status').updatedReplicas)} of ${wanted} replicas updated`
}
