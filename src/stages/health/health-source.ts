import type { LiveObject, ObjectId } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { healthOf } from './health-of.ts'
import type { Hidden } from './withheld.ts'

/** Source of the health of installations' objects. */
export interface HealthSource {
  /**
   * @param name name of the installation
   * @param hidden where the object holds secrets, which the installation's own rules do not see
   */
  health(name: string, live: LiveObject, hidden?: Hidden): Health
  /** Forgets an installation's objects that no longer exist. */
  retain(name: string, isThere: (id: ObjectId) => boolean): void
}

/** Health from the objects' own status alone. */
export const SELF_TOLD: HealthSource = { health: (_name, live) => healthOf(live), retain: () => {} }
