/** Roles of a process. In a file of their own, because the command line reads it at each start. */
export const ROLE_HELP = {
  sync: 'follows the branch and keeps the cluster as the branch declares it',
  review: 'plans pull requests against the live cluster, and shows reviewers the plans',
} as const satisfies Readonly<Record<string, string>>

export type RoleName = keyof typeof ROLE_HELP

export const ROLE_NAMES = Object.keys(ROLE_HELP) as readonly RoleName[]

export function isRoleName(name: string): name is RoleName {
  return Object.hasOwn(ROLE_HELP, name)
}
