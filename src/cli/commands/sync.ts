import { CLUSTER_OPTIONS, GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { readSettings } from '../options/settings.ts'
import { widthOf } from '../present/io.ts'
import { presentNothing } from '../present/nothing-declared.ts'
import { presentStatuses } from '../present/statuses.ts'
import type { CommandSpec } from './command-spec.ts'

export const syncCommand: CommandSpec = {
  name: 'sync',
  summary: 'sync with the branch once and print the result',
  description:
    'Does what `reeve run` does for one commit: fetches the branch, applies it, and writes the ' +
    'status commit. Writes nothing where nothing differs. Goes on while rollouts move members, and ' +
    'ends where they wait for anything else.',
  options: [...GIT_OPTIONS, ...CLUSTER_OPTIONS, ...LOG_OPTIONS],
  examples: [
    {
      command: 'reeve sync --repo https://git.example.com/team/fleet.git',
      says: 'from a laptop or a CI job',
    },
    {
      command: 'REEVE_GIT_TOKEN="$TOKEN" reeve sync --config reeve.yaml --log-format json',
      says: 'the token from the environment',
    },
  ],
  exitCodes: {
    0: 'every installation is as Git declares it',
    1: 'an installation is not as declared, or a fault ended the sync',
    2: 'wrong usage',
  },
  failure: 1,
  async run(line, io) {
    const settings = await readSettings(line, io.surroundings)
    const { isSynced, syncOnce } = await import('../../roles/sync-once.ts')
    const { statuses, commit, files } = await syncOnce(settings, await io.openLog(settings.log))
    const { branch, path } = settings
    const where = `${path === '' ? '' : `the directory ${path} of `}${branch} at ${commit.slice(0, 12)}`
    io.out.write(
      statuses.length === 0
        ? presentNothing({ where, files }, widthOf(io))
        : presentStatuses(statuses, { colour: io.colour, width: widthOf(io) }),
    )
    return statuses.every(isSynced) ? 0 : 1
  },
}
