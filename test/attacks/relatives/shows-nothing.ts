import type { ExecutionContext } from 'ava'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { git } from '../../../src/sandbox/git-process.ts'
import type { Fleet } from '../../helpers/fleet.ts'
import { kubectl, live } from '../../helpers/live.ts'
import type { ReeveProcess } from '../../helpers/reeve.ts'
import { assertShows } from '../hostile.ts'
import { POLLUTED } from './prototypes.ts'

const OBJECTS = 'events,installations,installationgroups'

/**
 * Asserts that anything that Reeve says has nothing that is hidden, nothing that does not show, and nothing of one
 * attack at the neighbour.
 */
export async function showsNothing(
  t: ExecutionContext,
  controlPlane: ControlPlane,
  fleet: Fleet,
  { log }: ReeveProcess,
  hidden: readonly string[],
): Promise<void> {
  const commits = await fleet.statusCommits()
  for (const { message } of commits) {
    if (!/[^\n]/.test(message)) continue
    assertShows(t, message, 'a status commit')
    t.notRegex(message, /^Signed-off-by:/m)
  }
  const objects = await kubectl(controlPlane, 'get', OBJECTS, '-A', '-o', 'json')
  for (const { note, reason, status } of JSON.parse(objects).items)
    JSON.stringify([note, reason, status], (_, value) => {
      if (typeof value === 'string') assertShows(t, value, 'an Event or a status')
      return value
    })
  const outputs = {
    log: log.map((line) => JSON.stringify(line)).join('\n'),
    'status branch': await git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory }),
    'objects of the cluster': objects,
  }
  for (const [where, text] of Object.entries(outputs)) {
    const found = hidden.find((part) => text.includes(part))
    const at = found === undefined ? 0 : text.indexOf(found)
    t.is(found, undefined, `in the ${where}: ${text.slice(Math.max(0, at - 600), at + 200)}`)
  }
  const neighbour = await live(controlPlane, 'neighbour', 'configmap/neighbour')
  t.deepEqual(Object.keys(neighbour?.data ?? {}), ['round'])
  t.false(JSON.stringify([neighbour, await fleet.record('neighbour')]).includes(POLLUTED))
}
