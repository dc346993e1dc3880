import { fault } from '../../model/fault.ts'
import type { FleetOptions } from '../fleet/fleet.ts'

const WHY = 'changes of other repositories are planned without keys'

/**
 * How changes of forks are declared: what a template of theirs would tell of a secret is told to whoever may open a
 * pull request. Installations with secrets that the change does not touch stay as the target has them.
 */
export const WITHOUT_KEYS: Required<Pick<FleetOptions, 'decrypt' | 'isRefused'>> = {
  decrypt: async () => ({ problem: WHY }),
  isRefused: ({ secrets, location }) =>
    secrets && fault('undecryptable', WHY, { ...(location && { location }) }),
}
