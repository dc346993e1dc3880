import test, { type ExecutionContext } from 'ava'
import { SmallFleet } from './small-fleet.ts'

const HOUR = 3_600_000

/** Canary with one member, then production with three, all at c1. */
function twoRings(soak = HOUR): SmallFleet {
  const fleet = new SmallFleet()
    .group('canary')
    .group('production', { after: [{ group: 'canary', soak }] })
    .members('canary', 'dog')
    .members('production', 'a', 'b', 'c')
    .commit('c1')
  fleet.settle()
  return fleet.pass(2 * HOUR)
}

test('a fleet that is new begins at the head, all of it', (t) => {
  const fleet = new SmallFleet()
    .group('canary')
    .group('production', { after: [{ group: 'canary', soak: HOUR }] })
    .members('canary', 'dog')
    .members('production', 'a', 'b')
    .commit('c1')
  t.deepEqual(fleet.decide(), ['dog→c1', 'a→c1', 'b→c1'])
})

test('a ring takes what the ring before it has proven for the soak', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.settle(), ['dog→c2'])
  t.like(fleet.waitOf('a') ?? fleet.last?.groups.get('production')?.wait, { for: 'rings', rings: ['canary'] })
  t.is(fleet.last?.wakeAt, fleet.now + HOUR)
  t.deepEqual(fleet.pass(HOUR - 1).decide(), [])
  t.deepEqual(fleet.pass(1).decide(), ['a→c2'])
  t.deepEqual(fleet.settle(), ['b→c2', 'c→c2'])
})

test('a review that takes longer than a move may is no failure, and what comes next does not wait for it', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.decide(), ['dog→c2'])
  t.deepEqual(
    fleet
      .set('dog', { condition: 'held' })
      .pass(5 * HOUR)
      .decide(),
    [],
  )
  t.like(fleet.last?.groups.get('canary'), { failure: undefined, wait: { for: 'proof', missing: ['dog'] } })
  t.deepEqual(fleet.commit('c3', { canary: 'y' }).decide(), ['dog→c3'])
  fleet.set('dog', { condition: 'held' }).pass(5 * HOUR)
  fleet.set('dog', { condition: 'progressing', freeSince: fleet.now }).pass(599_999).decide()
  t.is(fleet.last?.groups.get('canary')?.failure, undefined)
  fleet.pass(1).decide()
  t.is(fleet.last?.groups.get('canary')?.failure, 'dog failed')
})

test('members that are new prove something once they are well, and what fails with them goes no further', (t) => {
  const fleet = twoRings()
    .group('early')
    .group('production', { after: [{ group: 'early', soak: HOUR }] })
    .members('early', 'e')
    .commit('c2', { early: 'x', production: 'x' })
  t.deepEqual(fleet.decide(), ['e→c2'])
  t.deepEqual(
    fleet
      .set('e', { condition: 'failed' })
      .pass(5 * HOUR)
      .decide(),
    [],
  )
  t.like(fleet.last?.groups.get('early'), { isInMotion: false, wait: { for: 'proof', missing: ['e'] } })
  t.deepEqual(fleet.set('e', { condition: 'healthy' }).decide(), [])
  t.deepEqual(fleet.pass(HOUR - 1).decide(), [])
  t.deepEqual(fleet.pass(1).decide(), ['a→c2'])
})

test('one that is new neither ends a soak nor is counted before it is well', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.settle(), ['dog→c2'])
  t.deepEqual(
    fleet
      .pass(HOUR / 2)
      .members('canary', 'cat')
      .decide(),
    ['cat→c2'],
  )
  fleet.set('cat', { condition: 'failed' })
  t.deepEqual(fleet.pass(HOUR / 2 - 1).decide(), [])
  t.deepEqual(fleet.pass(1).decide(), ['a→c2'])
})

test('what changes nothing for a ring needs no proof of it', (t) => {
  t.deepEqual(twoRings().commit('c2', { production: 'x' }).settle(), ['a→c2', 'b→c2', 'c→c2'])
})

test('no more members move at a time than the budget allows, in the order of a label', (t) => {
  const fleet = new SmallFleet()
    .group('g', { maxUnavailable: { percent: 50 } })
    .members('g', 'a', 'b', 'c', 'd')
  fleet.commit('c1').settle()
  for (const [name, order] of [
    ['a', '10'],
    ['b', '9'],
    ['d', '1'],
  ] as const)
    fleet.set(name, { order })
  t.deepEqual(fleet.commit('c2', { g: 'x' }).decide(), ['d→c2', 'b→c2'])
  t.deepEqual(fleet.set('b', { condition: 'healthy' }).decide(), ['a→c2'])
  t.like(fleet.waitOf('c'), { for: 'budget', group: 'g' })
})

test('a ring finishes proving what it is at, and then takes the newest', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.settle(), ['dog→c2'])
  fleet
    .pass(HOUR / 2)
    .commit('c3', { canary: 'y', production: 'y' })
    .commit('c4', { canary: 'z', production: 'z' })
  t.deepEqual(fleet.settle(), [], 'c2 is being proven')
  t.deepEqual(fleet.pass(HOUR / 2).settle(), ['dog→c4', 'a→c2', 'b→c2', 'c→c2'])
  t.deepEqual(fleet.pass(HOUR).settle(), ['a→c4', 'b→c4', 'c→c4'])
})

test('a failing revision goes no further, and a newer one replaces it at once', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  fleet.decide()
  t.deepEqual(
    fleet
      .set('dog', { condition: 'failed' })
      .pass(2 * HOUR)
      .decide(),
    [],
  )
  t.is(fleet.last?.groups.get('canary')?.failure, 'dog failed')
  t.deepEqual(fleet.commit('c3', { canary: 'y', production: 'y' }).decide(), ['dog→c3'])
})

test('members that a revision breaks go back, and it does not come again by itself', (t) => {
  const fleet = new SmallFleet().group('g', { onFailure: 'rollback' }).members('g', 'a', 'b').commit('c1')
  fleet.settle()
  t.deepEqual(fleet.commit('c2', { g: 'x' }).decide(), ['a→c2'])
  t.deepEqual(fleet.set('a', { condition: 'failed' }).decide(), ['a→c1'])
  t.like(fleet.record('g')?.rejected[0], { commit: 'c2', digest: 'x', why: 'a failed' })
  t.deepEqual(fleet.commit('c3').settle(), [], 'the same again')
  t.deepEqual(fleet.commit('c4', { g: 'y' }).settle(), ['a→c4', 'b→c4'])
})

test('a rejected revision comes again when a later commit forces it', (t) => {
  const fleet = new SmallFleet().group('g', { onFailure: 'rollback' }).members('g', 'a').commit('c1')
  fleet.settle()
  fleet.commit('c2', { g: 'x' }).decide()
  fleet.set('a', { condition: 'failed' }).decide()
  fleet.settle()
  t.deepEqual(fleet.group('g', {}, { forced: 'c2' }).settle(), [])
  t.deepEqual(fleet.commit('c3').group('g', {}, { forced: 'c3' }).settle(), ['a→c3'])
})

test('members that are well stay at a rejected revision, unless all are to go back', (t) => {
  for (const rollsAllBack of [false, true]) {
    const fleet = new SmallFleet()
      .group('g', { onFailure: 'rollback', rollsAllBack })
      .members('g', 'a', 'b', 'c')
      .commit('c1')
    fleet.settle()
    fleet.commit('c2', { g: 'x' }).decide()
    t.deepEqual(fleet.set('a', { condition: 'healthy' }).decide(), ['b→c2'])
    t.deepEqual(fleet.set('b', { condition: 'failed' }).settle(), rollsAllBack ? ['b→c1', 'a→c1'] : ['b→c1'])
  }
})

test('a new member begins with what is proven, and waits for no window', (t) => {
  const fleet = twoRings()
  fleet.group('production', {
    windows: [{ kind: 'deny', schedule: '* * * * *', duration: HOUR, timeZone: 'UTC' }],
  })
  fleet.commit('c2', { canary: 'x', production: 'x' })
  fleet.settle()
  t.deepEqual(fleet.members('production', 'new').decide(), ['new→c1'])
})

test('a new member proves nothing that is not proven before it is well with what is', (t) => {
  const fleet = twoRings(0).commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.decide(), ['dog→c2'])
  t.deepEqual(fleet.set('dog', { condition: 'healthy' }).decide(), ['a→c2'])
  t.deepEqual(fleet.members('production', 'd').decide(), ['d→c1'])
  fleet.set('a', { condition: 'healthy' })
  t.deepEqual(fleet.decide(), ['b→c2'], 'it is not well yet')
  fleet.set('d', { condition: 'healthy' })
  t.deepEqual(fleet.settle(), ['c→c2', 'd→c2'])
})

test('a new member that is never well with what is proven comes to what may mend it', (t) => {
  const fleet = twoRings(0).commit('c2', { canary: 'x', production: 'x' })
  fleet.decide()
  fleet.set('dog', { condition: 'healthy' }).decide()
  t.deepEqual(fleet.members('production', 'd').decide(), ['d→c1'])
  t.deepEqual(fleet.set('d', { condition: 'failed' }).decide(), ['d→c2'])
})

test("a member's own change needs no ring, but a place in the budget", (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  fleet.decide()
  t.deepEqual(fleet.set('a', { isOwnBehind: true }).set('b', { isOwnBehind: true }).decide(), ['a→own'])
  t.deepEqual(fleet.set('a', { condition: 'healthy' }).decide(), ['b→own'])
})

test('an own change that would not fit what is inherited waits for that', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  fleet.harm = (_, { commit }) => (commit === 'c1' ? 'values.a moved to the group' : undefined)
  fleet.settle()
  t.deepEqual(fleet.set('a', { isOwnBehind: true }).decide(), [])
  t.like(fleet.waitOf('a'), { for: 'whole', reason: 'values.a moved to the group' })
  t.deepEqual(fleet.pass(HOUR).decide(), ['a→c2'])
})

test('a member that was broken before moves always, and does not count', (t) => {
  const fleet = new SmallFleet()
    .group('g', { tolerate: { count: 1 } })
    .members('g', 'a', 'b', 'c')
    .commit('c1')
  fleet.settle()
  t.deepEqual(fleet.set('c', { condition: 'failed' }).commit('c2', { g: 'x' }).decide(), ['c→c2', 'a→c2'])
  t.deepEqual(fleet.set('a', { condition: 'healthy' }).set('c', { condition: 'failed' }).decide(), ['b→c2'])
  fleet.set('b', { condition: 'healthy' }).decide()
  t.is(fleet.last?.groups.get('g')?.failure, undefined)
  t.not(fleet.record('g')?.wellSince, undefined)
})

test('members of which nothing is known but that they run move as the budget allows', (t) => {
  const fleet = new SmallFleet().group('g').members('g', 'a', 'b', 'c').commit('c1')
  fleet.settle()
  for (const name of ['a', 'b', 'c']) fleet.set(name, { condition: 'held' })
  t.deepEqual(fleet.commit('c2', { g: 'x' }).decide(), ['a→c2'])
  t.like(fleet.waitOf('b'), { for: 'budget', group: 'g' })
  t.deepEqual(fleet.commit('c3', { g: 'y' }).set('a', { condition: 'held' }).decide(), ['a→c3'])
  t.deepEqual(fleet.set('a', { condition: 'healthy' }).decide(), ['b→c3'])
})

test('members that fit only a later commit of the same have to be well there for the proof', (t) => {
  const fleet = twoRings().members('canary', 'cat')
  fleet.settle()
  fleet.harm = (member, { commit }) => (member === 'cat' && commit === 'c2' ? 'a value moved' : undefined)
  t.deepEqual(fleet.commit('c2', { canary: 'x', production: 'x' }).settle(), ['dog→c2'])
  t.deepEqual(
    fleet
      .pass(HOUR / 2)
      .commit('c3')
      .decide(),
    ['cat→c3'],
  )
  t.is(fleet.record('canary')?.wellSince, undefined)
  t.deepEqual(
    fleet
      .set('cat', { condition: 'healthy' })
      .pass(HOUR / 2)
      .decide(),
    [],
  )
  t.deepEqual(fleet.pass(HOUR - 1).decide(), [])
  t.deepEqual(fleet.pass(1).decide(), ['a→c3'])
})

test('one of which nothing is known for a while ends a soak, but is no relapse', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.settle(), ['dog→c2'])
  for (let times = 0; times < 5; times += 1) {
    fleet.set('dog', { condition: 'held' }).pass(HOUR).decide()
    fleet.set('dog', { condition: 'healthy' }).decide()
  }
  t.is(fleet.last?.groups.get('canary')?.failure, undefined)
  t.deepEqual(fleet.pass(HOUR - 1).decide(), [])
  t.deepEqual(fleet.pass(1).decide(), ['a→c2'])
})

test('nothing moves in a freeze, but a commit forces it', (t) => {
  const fleet = new SmallFleet().group('g').members('g', 'a').commit('c1')
  fleet.settle()
  const until = fleet.now + HOUR
  fleet.group('g', { freeze: { until, reason: 'a fair' } }).commit('c2', { g: 'x' })
  t.deepEqual(fleet.decide(), [])
  t.is(fleet.last?.wakeAt, until)
  t.deepEqual(fleet.group('g', {}, { forced: 'c2' }).decide(), ['a→c2'])
})

/** Two groups, of which `canary` is proving a commit for an hour. */
function soaking(t: ExecutionContext): SmallFleet {
  const fleet = new SmallFleet()
    .group('canary')
    .group('late', { after: [{ group: 'canary', soak: HOUR }] })
    .members('canary', 'a')
    .members('late', 'b')
    .commit('c1')
  fleet.settle()
  t.deepEqual(fleet.commit('c2', { canary: 'x', late: 'x' }).settle(), ['a→c2'])
  return fleet
}

test('what is forced is taken at once, although a follower asks for more proof of what came before', (t) => {
  const fleet = soaking(t)
  t.deepEqual(fleet.commit('c3', { canary: 'y', late: 'y' }).decide(), [])
  t.deepEqual(fleet.group('canary', {}, { forced: 'c3' }).settle(), ['a→c3'])
})

test('a ring need not prove what those that follow have already', (t) => {
  const fleet = soaking(t)
  t.deepEqual(fleet.commit('c3', { canary: 'y', late: 'y' }).settle(), [], 'late has yet to take c2')
})

test('a pause holds what is forced, too', (t) => {
  const fleet = new SmallFleet().group('g').members('g', 'a').commit('c1')
  fleet.settle()
  fleet.group('g', { paused: true }, { forced: 'c2' }).commit('c2', { g: 'x' })
  t.deepEqual(fleet.decide(), [])
  t.like(fleet.waitOf('a'), { for: 'pause' })
})

test('an approval lets a ring take what there is up to it', (t) => {
  const fleet = new SmallFleet().group('g', { needsApproval: true }).members('g', 'a').commit('c1')
  fleet.settle()
  fleet.commit('c2', { g: 'x' }).commit('c3', { g: 'y' })
  t.deepEqual(fleet.settle(), [])
  t.deepEqual(fleet.group('g', {}, { approved: 'c2' }).settle(), ['a→c2'])
  t.deepEqual(fleet.group('g', {}, { approved: 'c3' }).settle(), ['a→c3'])
})

for (const [what, hold, release] of [
  ['a pause', { paused: true }, { paused: false }],
  [
    'a freeze',
    { freeze: { until: Number.MAX_SAFE_INTEGER, reason: 'holidays' } },
    { freeze: { until: 0, reason: 'over' } },
  ],
] as const)
  test(`what no member was brought to during ${what} is passed over for what is newer`, (t) => {
    const fleet = new SmallFleet().group('g').members('g', 'a', 'b').commit('c1')
    fleet.settle()
    fleet.group('g', hold).commit('c2', { g: 'bad' })
    t.deepEqual(fleet.settle(), [])
    t.is(fleet.last?.groups.get('g')?.record.at.commit, 'c2')
    fleet.commit('c3', { g: 'mended' })
    t.deepEqual(fleet.settle(), [])
    t.deepEqual(fleet.group('g', release).settle(), ['a→c3', 'b→c3'])
  })

test('rings that are followed together come to prove the same', (t) => {
  const fleet = new SmallFleet()
    .group('eu')
    .group('us')
    .group('rest', {
      after: [
        { group: 'eu', soak: HOUR },
        { group: 'us', soak: HOUR },
      ],
    })
    .members('eu', 'e')
    .members('us', 'u')
    .members('rest', 'r')
    .commit('c1')
  fleet.settle()
  fleet.pass(2 * HOUR)
  const all = (digest: string) => ({ eu: digest, us: digest, rest: digest })
  // us cannot move at first, and then only to what eu is at
  fleet.group('us', { paused: true }).commit('c2', all('x')).settle()
  fleet
    .pass(HOUR / 2)
    .commit('c3', all('y'))
    .group('us', { paused: false })
  t.deepEqual(fleet.settle(), ['u→c2'])
  t.deepEqual(fleet.pass(HOUR / 2).settle(), ['e→c3'])
  t.deepEqual(fleet.pass(HOUR / 2).settle(), ['u→c3', 'r→c2'])
})

test('a proof is lost when members stop being well, and counts anew', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  fleet.settle()
  fleet
    .pass(HOUR / 2)
    .set('dog', { condition: 'progressing' })
    .decide()
  fleet
    .pass(HOUR / 4)
    .set('dog', { condition: 'healthy' })
    .decide()
  t.deepEqual(fleet.pass(HOUR - 1).decide(), [])
  t.deepEqual(fleet.pass(1).decide(), ['a→c2'])
})

test('a revision that is well again and again, but does not stay so, has failed', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  fleet.settle()
  for (let time = 0; time < 3; time += 1) {
    fleet.pass(60_000).set('dog', { condition: 'progressing' }).decide()
    fleet.pass(60_000).set('dog', { condition: 'healthy' }).decide()
  }
  t.is(fleet.last?.groups.get('canary')?.failure, 'its members stopped being well 3 times')
})

test('what comes after a group waits for the groups inside it as well', (t) => {
  const fleet = new SmallFleet()
    .group('europe', { maxUnavailable: { count: 2 } })
    .group('berlin', {}, { around: ['europe'] })
    .group('paris', { timeout: 9 * HOUR }, { around: ['europe'] })
    .group('asia', { after: [{ group: 'europe', soak: HOUR }] })
    .members('berlin', 'b')
    .members('paris', 'p')
    .members('asia', 'a')
    .commit('c1')
  fleet.settle()
  fleet.pass(2 * HOUR).commit('c2', { europe: 'x', berlin: 'x', paris: 'x', asia: 'x' })
  t.deepEqual([...fleet.decide()].sort(), ['b→c2', 'p→c2'])
  t.deepEqual(fleet.set('b', { condition: 'healthy' }).decide(), [])
  t.deepEqual(fleet.pass(HOUR).decide(), [])
  t.like(fleet.last?.groups.get('asia')?.wait, { for: 'rings', rings: ['paris'] })
  t.deepEqual(fleet.set('p', { condition: 'healthy' }).decide(), [])
  t.deepEqual(fleet.pass(HOUR).settle(), ['a→c2'])
})

test('of groups inside each other that one comes after, each has its longest soak', (t) => {
  const fleet = new SmallFleet()
    .group('europe')
    .group('berlin', {}, { around: ['europe'] })
    .group('asia', {
      after: [
        { group: 'berlin', soak: 2 * HOUR },
        { group: 'europe', soak: HOUR },
      ],
    })
    .members('berlin', 'b')
    .members('asia', 'a')
    .commit('c1')
  fleet.settle()
  fleet.pass(3 * HOUR).commit('c2', { europe: 'x', berlin: 'x', asia: 'x' })
  t.deepEqual(fleet.settle(), ['b→c2'])
  t.deepEqual(fleet.pass(HOUR).settle(), [])
  t.deepEqual(fleet.pass(HOUR).settle(), ['a→c2'])
})

test('a revision is proven once its checks pass, however long its members are well', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.decide(), ['dog→c2'])
  fleet.group('canary', {}, { checking: ['smoke: the Job runs'] })
  t.deepEqual(fleet.settle(), [])
  t.deepEqual(fleet.pass(2 * HOUR).decide(), [])
  const checks = ['smoke: the Job runs']
  t.deepEqual(fleet.last?.groups.get('canary')?.wait, { for: 'checks', group: 'canary', checks })
  t.deepEqual(fleet.group('canary', {}, { checking: undefined }).settle(), ['a→c2', 'b→c2', 'c→c2'])
})

test('a check that fails revokes the proof of the revision, also for a later rollback', (t) => {
  const fleet = twoRings().commit('c2', { canary: 'x', production: 'x' })
  t.deepEqual(fleet.settle(), ['dog→c2'])
  fleet
    .pass(HOUR / 2)
    .group('canary', {}, { failedCheck: { name: 'smoke', check: 'd', reason: 'the Job failed' } })
  t.deepEqual(fleet.settle(), [])
  t.is(fleet.last?.groups.get('canary')?.failure, 'the check smoke failed: the Job failed')
  t.is(fleet.record('canary')?.failure?.name, 'smoke', 'it is remembered')
  t.deepEqual(fleet.commit('c3', { canary: 'y', production: 'y' }).decide(), ['dog→c3'])
  t.deepEqual(
    fleet.record('canary')?.proofs.map(({ commit }) => commit),
    ['c1'],
  )
})
