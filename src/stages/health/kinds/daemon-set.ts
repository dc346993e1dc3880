import { objectIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { numberIn, sectionOf } from '../read.ts'
import { HEALTHY, progressing } from '../verdict.ts'

/** apps/v1 DaemonSet: healthy once updated and available on every node that it is for. */
export function daemonSetHealth(object: LiveObject): Health {
  const status = sectionOf(object, 'status')
  if (status.observedGeneration === undefined) return progressing('not yet observed by its controller')
  const wanted = numberIn(status.desiredNumberScheduled)
  const updated = numberIn(status.updatedNumberScheduled)
  const available = numberIn(status.numberAvailable)
  const onDelete = objectIn(sectionOf(object, 'spec').updateStrategy).type === 'OnDelete'
  if (!onDelete && updated < wanted) return progressing(`updated on ${updated} of ${wanted} nodes`)
  if (available < wanted) return progressing(`available on ${available} of ${wanted} nodes`)
  return HEALTHY
}
