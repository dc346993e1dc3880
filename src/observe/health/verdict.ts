import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'

/** Judges an object of one kind by what it says of itself. */
export type HealthRule = (object: LiveObject) => Health

export const HEALTHY: Health = { status: 'healthy' }

export function progressing(message: string): Health {
  return { status: 'progressing', message: brief(message) }
}

export function degraded(message: string): Health {
  return { status: 'degraded', message: brief(message) }
}

export function deleting(message: string): Health {
  return { status: 'deleting', message: brief(message) }
}

const LONGEST_MESSAGE = 300

function brief(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message
}
