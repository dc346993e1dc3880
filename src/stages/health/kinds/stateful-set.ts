import { objectIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { numberIn, sectionOf } from '../read.ts'
import { HEALTHY, progressing } from '../verdict.ts'

/** apps/v1 StatefulSet: healthy once all replicas are ready and those from the partition on are updated. */
export function statefulSetHealth(object: LiveObject): Health {
  const spec = sectionOf(object, 'spec')
  const status = sectionOf(object, 'status')
  const wanted = numberIn(spec.replicas, 1)
  const ready = numberIn(status.availableReplicas ?? status.readyReplicas)
  if (numberIn(status.replicas) > wanted) return progressing(`${status.replicas} replicas, ${wanted} wanted`)
  if (ready < wanted) return progressing(`${ready} of ${wanted} replicas ready`)
  return objectIn(spec.updateStrategy).type === 'OnDelete' ? HEALTHY : updateHealth(object, wanted)
}

function updateHealth(object: LiveObject, wanted: number): Health {
  const status = sectionOf(object, 'status')
  if (status.currentRevision === status.updateRevision) return HEALTHY
  const updated = numberIn(status.updatedReplicas)
  const toUpdate = replicasToUpdate(object, wanted)
  return updated < toUpdate ? progressing(`${updated} of ${toUpdate} replicas updated`) : HEALTHY
}

/** Ordinals count from spec.ordinals.start; those below the partition keep their revision. */
function replicasToUpdate(object: LiveObject, wanted: number): number {
  const spec = sectionOf(object, 'spec')
  const partition = numberIn(objectIn(objectIn(spec.updateStrategy).rollingUpdate).partition)
  const start = numberIn(objectIn(spec.ordinals).start)
  return Math.min(wanted, Math.max(0, start + wanted - partition))
}
