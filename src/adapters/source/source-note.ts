import type { Fault } from '../../model/fault.ts'

/** A message to log. */
export interface SourceNote {
  readonly level: 'info' | 'warn'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly fault?: Fault
}

export type OnNote = (note: SourceNote) => void
