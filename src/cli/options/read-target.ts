import { quoted } from '../../model/quoted.ts'
import { isRoleName, ROLE_NAMES, type RoleName } from '../../roles/role-names.ts'
import type { Parsed } from './option.ts'

/** Reads the roles of a process: `all`, or comma-separated names. */
export function readTarget(text: string): Parsed<readonly RoleName[]> {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => name !== 'all' && !isRoleName(name))
  if (unknown !== undefined)
    return { problem: `has no role ${quoted(unknown)}; the roles are ${ROLE_NAMES.join(', ')}` }
  return { value: names.includes('all') ? ROLE_NAMES : ROLE_NAMES.filter((name) => names.includes(name)) }
}
