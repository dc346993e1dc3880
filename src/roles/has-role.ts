import type { Settings } from '../model/settings.ts'
import { ROLE_NAMES, type RoleName } from './role-names.ts'

/** Whether a process has a role; all of them where none is named. */
export function hasRole({ roles = ROLE_NAMES }: Pick<Settings, 'roles'>, role: RoleName): boolean {
  return roles.includes(role)
}
