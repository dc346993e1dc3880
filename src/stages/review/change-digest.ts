import { idOf } from '../../model/object.ts'
import type { ObjectChange } from './object-change.ts'

/**
 * The text of which an installation's digest is made: which objects are declared otherwise, and which are refused and
 * why by its code. No live value enters it, and no words of the API server, which may hold such.
 */
export function digestedChange(installation: string, changes: readonly ObjectChange[]): string {
  const lines = changes.map(({ plan, before, after }) => [
    idOf(plan.key),
    before?.digest ?? '',
    after?.digest ?? '',
    plan.action === 'blocked' ? plan.fault.code : '',
  ])
  return JSON.stringify([installation, lines.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))])
}
