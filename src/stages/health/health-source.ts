import type { LiveObject, ObjectId } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { healthOf } from './health-of.ts'

/** Who knows how healthy the objects of installations are. */
export interface HealthSource {
  /** @param name the installation's */
  health(name: string, live: LiveObject): Health
  /** Forgets the objects of an installation that are not there any more. */
  retain(name: string, isThere: (id: ObjectId) => boolean): void
}

/** Knows only what objects say of themselves now. */
export const SELF_TOLD: HealthSource = { health: (_name, live) => healthOf(live), retain: () => {} }
