import { textIn } from '../../model/json.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { deletionHealth } from './deletion.ts'
import { sectionOf } from './read.ts'
import { progressing } from './verdict.ts'

/** Health of an object that is being deleted or whose controller lags behind; undefined for any other. */
export function unsettledHealth(object: LiveObject): Health | undefined {
  const isOwn = object.apiVersion.startsWith(`${OWN_GROUP}/`)
  return deletionHealth(object) ?? (isOwn ? undefined : behind(object))
}

/** Progressing where the controller has not seen the last change of the spec yet. */
function behind(object: LiveObject): Health | undefined {
  const { generation } = object.metadata
  const observed = observedGenerationOf(object)
  if (generation === undefined || observed === undefined || observed >= generation) return undefined
  return progressing(`generation ${observed} of ${generation} observed`)
}

function observedGenerationOf(object: LiveObject): number | undefined {
  const { observedGeneration } = sectionOf(object, 'status')
  if (observedGeneration === undefined || typeof observedGeneration === 'number') return observedGeneration
  // Argo Rollouts writes a text, which was a digest in early versions.
  return /^\d{1,15}$/.test(textIn(observedGeneration)) ? Number(observedGeneration) : undefined
}
