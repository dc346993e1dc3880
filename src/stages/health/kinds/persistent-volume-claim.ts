import { textIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/** v1 PersistentVolumeClaim: healthy once bound. */
export function persistentVolumeClaimHealth(object: LiveObject): Health {
  const phase = textIn(sectionOf(object, 'status').phase)
  if (phase === 'Bound') return HEALTHY
  return phase === 'Lost'
    ? degraded('its volume is lost')
    : progressing(phase === 'Pending' ? 'not bound yet' : 'no phase yet')
}
