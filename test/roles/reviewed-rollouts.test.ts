import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { live, liveWhen } from '../helpers/live.ts'
import { reviewedFleet } from '../helpers/reviewed-fleet.ts'
import { group, has, member, TEMPLATE } from '../helpers/rollout-documents.ts'

const test = controlPlaneTest()

test('what was reviewed is applied step by step, own changes meanwhile, and nothing else', async (t) => {
  const { controlPlane } = t.context
  await using reviewed = await reviewedFleet(t, controlPlane, 'rolled')
  const { fleet } = reviewed
  const first = (version: string) => group('sa', version, '{ maxUnavailable: 1 }')
  const later = (version: string) => group('sb', version, '{ approve: manual, maxUnavailable: 2 }')
  const names = ['sa-1', 'sa-2', 'sb-1', 'sb-2', 'sb-3']
  await fleet.push({
    ...TEMPLATE,
    'groups/a.yaml': first('1'),
    'groups/b.yaml': later('1'),
    ...Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, name.slice(0, 2))])),
  })
  const at = (name: string, data: Readonly<Record<string, string>>) =>
    liveWhen(controlPlane, 'default', `configmap/${name}`, has(data))
  {
    await using reeve = reviewed.run()
    await reeve.logged('in sync')
    for (const name of names) await at(name, { version: '1' })
    await reviewed.propose('two', { 'groups/a.yaml': first('2'), 'groups/b.yaml': later('2') })
    await reviewed.merge('two')
    for (const name of ['sa-1', 'sa-2']) await at(name, { version: '2' })
    await reviewed.propose('blue', { 'fleet/sb-1.yaml': member('sb-1', 'sb', ', values: { color: blue }') })
    const review = (await reviewed.review('blue')) ?? ''
    // What a rollout holds is no part of another change.
    t.regex(review, /name: sb-1/)
    t.notRegex(review, /name: sb-3/)
    await reviewed.merge('blue')
    await at('sb-1', { version: '1', color: 'blue' })
    await fleet.push({ 'fleet/sb-2.yaml': member('sb-2', 'sb', ', values: { color: red }') })
    await reviewed.held('sb-2')
  }
  // Another process knows it as well, long after what was merged is there.
  await using again = reviewed.run()
  await again.logged('not in sync')
  await reviewed.held('sb-2')
  await fleet.push({ 'note.txt': 'now' }, 'Go on\n\nReeve-Approve: sb')
  await at('sb-1', { version: '2', color: 'blue' })
  await at('sb-3', { version: '2', color: 'grey' })
  t.like((await live(controlPlane, 'default', 'configmap/sb-2'))?.data, { version: '1', color: 'grey' })
  await fleet.push({ 'groups/a.yaml': first('3') }, 'Not reviewed')
  await reviewed.held('sa-1')
  t.like((await live(controlPlane, 'default', 'configmap/sa-1'))?.data, { version: '2' })
})
