import { hasColor } from '../helpers/color.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { reviewedFleet } from '../helpers/reviewed-fleet.ts'

const test = controlPlaneTest()

test('what was reviewed and merged is applied; what is pushed directly is held, and others go on', async (t) => {
  const { controlPlane } = t.context
  await using reviewed = await reviewedFleet(t, controlPlane, 'reviewed')
  const { fleet } = reviewed
  const map = (name: string, color: string) => configMap('default', `reviewed-${name}`, { color })
  await fleet.push({ 'a/map.yaml': map('a', 'grey'), 'b/map.yaml': map('b', 'grey') })
  {
    await using reeve = reviewed.run()
    await reeve.logged('in sync')
    // The first sync of an empty cluster needs no review.
    t.true(hasColor('grey')(await live(controlPlane, 'default', 'configmap/reviewed-a')))
    await reviewed.propose('blue', { 'a/map.yaml': map('a', 'blue') })
    await reviewed.merge('blue')
    await liveWhen(controlPlane, 'default', 'configmap/reviewed-a', hasColor('blue'))

    await reviewed.propose('green', { 'b/map.yaml': map('b', 'green') })
    await fleet.push({ 'a/map.yaml': map('a', 'red') })
    await reviewed.merge('green')
    await liveWhen(controlPlane, 'default', 'configmap/reviewed-b', hasColor('green'))
    const { record, digest } = await reviewed.held('a')
    t.is(record.state, 'invalid')
    t.regex(digest, /^[\w-]{22}$/)
    await kubectl(
      controlPlane,
      'patch',
      'configmap/reviewed-a',
      '--type=merge',
      '-p',
      '{"data":{"color":"odd"}}',
    )
    await liveWhen(controlPlane, 'default', 'configmap/reviewed-a', hasColor('blue'))
  }
  // A Reeve that starts anew holds it, too; the accepted digest lets it go.
  await using again = reviewed.run()
  const { digest } = await reviewed.held('a')
  t.like(await again.logged('held at its last good commit'), { installation: 'a', code: 'not-reviewed' })
  t.true(hasColor('blue')(await live(controlPlane, 'default', 'configmap/reviewed-a')))
  await fleet.push({ 'note.txt': 'accepted' }, `Accept\n\nReeve-Accept-Plan: ${digest}`)
  await liveWhen(controlPlane, 'default', 'configmap/reviewed-a', hasColor('red'))
  await fleet.recorded('a', ({ state }) => state === 'healthy')
})

test('what changed between its review and its merge is held alone', async (t) => {
  const { controlPlane } = t.context
  await using reviewed = await reviewedFleet(t, controlPlane, 'between')
  const { fleet } = reviewed
  const map = (name: string, color: string) => configMap('default', `between-${name}`, { color })
  await fleet.push({ 'a/map.yaml': map('a', 'grey'), 'b/map.yaml': map('b', 'grey') })
  await using reeve = reviewed.run()
  await reeve.logged('in sync')
  await reviewed.propose('both', {
    'a/map.yaml': map('a', 'blue'),
    'b/map.yaml': map('b', 'blue'),
  })
  const { work } = fleet
  await work.run('merge', '--quiet', '--no-ff', '--no-edit', 'proposal/both')
  await work.write('a/map.yaml', map('a', 'black'))
  await work.run('commit', '--quiet', '--all', '--amend', '--no-edit')
  await work.push()
  await liveWhen(controlPlane, 'default', 'configmap/between-b', hasColor('blue'))
  await reviewed.held('a')
  t.true(hasColor('grey')(await live(controlPlane, 'default', 'configmap/between-a')))
  // A further change is reviewed from what is applied, and says that what is held goes with it.
  await reviewed.propose('more', { 'a/map.yaml': map('a', 'white') })
  t.regex((await reviewed.review('more')) ?? '', /code: held-change-goes/)
  await reviewed.merge('more')
  await liveWhen(controlPlane, 'default', 'configmap/between-a', hasColor('white'))
})

test('an installation is neither created nor deleted without a review that does so', async (t) => {
  const { controlPlane } = t.context
  await using reviewed = await reviewedFleet(t, controlPlane, 'created')
  const { fleet } = reviewed
  const map = (name: string) => configMap('default', `created-${name}`, { color: 'grey' })
  await fleet.push({ 'a/map.yaml': map('a'), 'b/map.yaml': map('b') })
  await using reeve = reviewed.run()
  await reeve.logged('in sync')
  await fleet.push({ 'c/map.yaml': map('c'), b: undefined })
  await reviewed.held('c')
  await reviewed.held('b')
  t.is(await live(controlPlane, 'default', 'configmap/created-c'), undefined)
  t.truthy(await live(controlPlane, 'default', 'configmap/created-b'))
  await fleet.push({ c: undefined, 'b/map.yaml': map('b') })
  await fleet.recorded('b', ({ state }) => state === 'healthy')
  await reviewed.propose('both', { 'c/map.yaml': map('c'), b: undefined })
  await reviewed.merge('both')
  await liveWhen(controlPlane, 'default', 'configmap/created-c', hasColor('grey'))
  await goneWhen(controlPlane, 'default', 'configmap/created-b')
})
