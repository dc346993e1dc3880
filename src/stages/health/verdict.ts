import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'

/** Judges an object by its own status. */
export type Judge = (object: LiveObject) => Health

/** Health of an object that is not healthy. */
export type Unhealthy = Exclude<Health, { readonly status: 'healthy' }>

export const HEALTHY: Health = { status: 'healthy' }

export function progressing(message: string): Unhealthy {
  return { status: 'progressing', message: brief(message) }
}

export function degraded(message: string): Unhealthy {
  return { status: 'degraded', message: brief(message) }
}

export function deleting(message: string): Unhealthy {
  return { status: 'deleting', message: brief(message) }
}

const LONGEST_MESSAGE = 500

function brief(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message
}
