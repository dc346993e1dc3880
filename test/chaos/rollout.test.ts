import type { ExecutionContext } from 'ava'
import { type ControlPlaneContext, controlPlaneTest } from '../helpers/control-plane-test.ts'
import { Random } from '../helpers/random.ts'
import { early, exceeded, type Seen, versionsOf } from '../helpers/rollout-promises.ts'
import { BAD } from './rollout/application.ts'
import { KilledRollout, type Loss, type Options } from './rollout/killed-rollout.ts'
import { writesTold } from './rollout/writes-told.ts'

const test = controlPlaneTest()

const { REEVE_CHAOS_SEED = '1', REEVE_CHAOS_KILLS = '5' } = process.env
/** Kills in the rollout of one version; more of them are in more rollouts. */
const KILLS = 5
const ROUNDS = Math.ceil(Number(REEVE_CHAOS_KILLS) / KILLS)
/** Each member changes twice: it gets a version, and runs it. */
const CHANGES_BETWEEN = { least: 0, most: 4 }
const FEW = { least: 0, most: 1 }

type T = ExecutionContext<ControlPlaneContext>

async function start(t: T, options: Omit<Options, 'random'>): Promise<[KilledRollout, Random]> {
  t.timeout(ROUNDS * 240_000)
  t.log(`REEVE_CHAOS_SEED=${REEVE_CHAOS_SEED} REEVE_CHAOS_KILLS=${ROUNDS * KILLS}`)
  const random = new Random(`${options.name} ${REEVE_CHAOS_SEED}`)
  return [await KilledRollout.start(t, t.context.controlPlane, { ...options, random }), random]
}

/** Half of the times the data directory is lost, and less often the status branch, with it or alone. */
function losses(random: Random, isBranchLost: boolean): readonly Loss[] {
  const all = Array.from({ length: KILLS }, (_, index) => ({
    data: index % 2 === 0,
    branch: isBranchLost && index % 3 === 0,
  }))
  return random.shuffle(all)
}

/** From the first of `seen` on each member only had these versions, one after the other. */
function onlyHad(t: T, rollout: KilledRollout, seen: readonly Seen[], versions: readonly string[]): void {
  t.deepEqual(
    Object.fromEntries(versionsOf(seen)),
    Object.fromEntries(rollout.members.map((name) => [name, versions])),
  )
}

for (const isAllLost of [false, true]) {
  const lost = isAllLost ? 'its data directory and the status branch' : 'its data directory'
  test.serial(
    `a Reeve that is killed in the middle of rollouts and loses ${lost} brings each member to each version once, when it may`,
    async (t) => {
      const name = isAllLost ? 'killed-lost' : 'killed'
      const [rollout, random] = await start(t, { name, onFailure: 'halt' })
      await using _ = rollout
      const { application, rings, members, fleet } = rollout
      for (let round = 1; round <= ROUNDS; round += 1) {
        const [before, version] = [`${round}`, `${round + 1}`]
        const from = application.seen.length
        const commits = (await fleet.statusCommits()).length
        const commit = await rollout.push(version)
        for (const loss of losses(random, isAllLost))
          await rollout.kill(random.between(CHANGES_BETWEEN.least, CHANGES_BETWEEN.most), loss)
        await rollout.run(version, commit)
        const seen = application.seen.slice(from)
        onlyHad(t, rollout, seen, [version])
        t.true(
          versionsOf(application.seen)
            .get(members[0] ?? '')
            ?.at(-2) === before,
        )
        t.deepEqual(exceeded(rings, seen), [])
        t.deepEqual(early(rings, application, version), [])
        t.deepEqual(rollout.errors, [])
        // Without its record, the next one tells all again.
        if (isAllLost) continue
        const told = (await fleet.statusCommits()).toReversed().slice(commits)
        const messages = told.map(({ message }) => message)
        t.is(writesTold(messages, `ConfigMap ${name}/`), members.length, messages.join('\n'))
      }
    },
  )
}

test.serial(
  'a Reeve that is killed while a version fails goes back from it, for good, and takes a later one',
  async (t) => {
    const name = 'killed-bad'
    const [rollout, random] = await start(t, { name, onFailure: 'rollback' })
    await using _ = rollout
    const { application, rings } = rollout
    const canary = rings[0]
    for (let round = 1; round <= ROUNDS; round += 1) {
      // What is gone back from does not come back: each round has a bad version of its own.
      const [good, bad, next] = [`${round}`, `${BAD}-${round}`, `${round + 1}`]
      const from = application.seen.length
      const commit = await rollout.push(bad)
      for (const loss of losses(random, true)) await rollout.kill(random.between(FEW.least, FEW.most), loss)
      const { record } = await rollout.recorded(canary?.group ?? '', ({ state }) => state === 'halted')
      t.true(record.rejected?.some((each) => each.commit === commit))
      await rollout.running(good)
      const seen = application.seen.slice(from)
      const versions = [...versionsOf(seen)]
      t.true(versions.length > 0)
      for (const [member, had] of versions) {
        t.true(canary?.members.includes(member), `${member} had ${had}`)
        t.deepEqual(had, [bad, good])
      }
      t.deepEqual(exceeded(rings, seen), [])
      await rollout.run(next, await rollout.push(next))
      const after = application.seen.slice(from + seen.length)
      onlyHad(t, rollout, after, [next])
      t.deepEqual(exceeded(rings, after), [])
      t.deepEqual(early(rings, application, next), [])
      t.deepEqual(rollout.errors, [])
    }
  },
)
