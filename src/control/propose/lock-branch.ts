import type { Settings } from '../../model/settings.ts'

/**
 * The branch that proposes a lock file: the same for all Reeves that follow the same branch and path, and
 * another one for any others.
 */
export function lockBranch({ branch, path }: Pick<Settings, 'branch' | 'path'>): string {
  const place = path === '' ? '' : `+${path.replaceAll(/[^\p{L}\p{N}_-]+/gu, '+')}`
  return `reeve/lock/${branch}${place}`
}
