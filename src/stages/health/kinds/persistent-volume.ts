import { textIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { explain, sectionOf } from '../read.ts'
import { degraded, HEALTHY, progressing } from '../verdict.ts'

/** v1 PersistentVolume: healthy while available, bound or released. */
export function persistentVolumeHealth(object: LiveObject): Health {
  const { phase, reason, message } = sectionOf(object, 'status')
  if (phase === 'Failed')
    return degraded(
      explain({ reason: textIn(reason), message: textIn(message) }, 'cannot be recycled or deleted'),
    )
  return phase === undefined || phase === 'Pending' ? progressing('not available yet') : HEALTHY
}
