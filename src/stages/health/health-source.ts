import type { LiveObject, ObjectId } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { healthOf } from './health-of.ts'

/** Source of the health of installations' objects. */
export interface HealthSource {
  /** @param name name of the installation */
  health(name: string, live: LiveObject): Health
  /** Forgets an installation's objects that no longer exist. */
  retain(name: string, isThere: (id: ObjectId) => boolean): void
}

/** Health from the objects' own status alone. */
export const SELF_TOLD: HealthSource = { health: (_name, live) => healthOf(live), retain: () => {} }
