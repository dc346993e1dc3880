import { cut } from '../../model/cut.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'

/** Judges an object by its own status. */
export type Judge = (object: LiveObject) => Health

/** Health of an object that is not healthy. */
export type Unhealthy = Exclude<Health, { readonly status: 'healthy' }>

export const HEALTHY: Health = { status: 'healthy' }

/** Minimum duration of an error that a controller may yet resolve, before it counts. */
export const ERROR_LASTS_MS = 60_000

export function progressing(message: string): Unhealthy {
  return { status: 'progressing', message: brief(message) }
}

export function degraded(message: string): Unhealthy {
  return { status: 'degraded', message: brief(message) }
}

/** Degraded by an error that may pass by itself, as while what it needs is about to be created. */
export function failing(message: string, lastsMs = ERROR_LASTS_MS): Unhealthy {
  return { ...degraded(message), lastsMs }
}

export function suspended(message: string): Unhealthy {
  return { status: 'suspended', message: brief(message) }
}

export function deleting(message: string): Unhealthy {
  return { status: 'deleting', message: brief(message) }
}

const LONGEST_MESSAGE = 500

function brief(message: string): string {
  return cut(message, LONGEST_MESSAGE)
}
