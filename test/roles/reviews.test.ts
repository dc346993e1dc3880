import { hasColor } from '../helpers/color.ts'
import { borrowControlPlane, controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Gitea, startGitea } from '../helpers/gitea/gitea.ts'
import { kubectl, live, liveWhen } from '../helpers/live.ts'
import { configFile } from '../helpers/option-file.ts'
import { reviewedRepository } from '../helpers/reviewed-repository.ts'

let gitea: Gitea

const test = controlPlaneTest()

test.before('start the real Gitea', async () => {
  gitea = await startGitea()
})
test.after.always('stop it', () => gitea?.[Symbol.asyncDispose]())

const map = (name: string, color: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\ndata: {color: ${color}}\n`

test.serial('a pull request is planned, planned again, merged, and told what became of it', async (t) => {
  const { controlPlane } = t.context
  const first = { 'a/web.yaml': map('web', 'grey'), 'c/idle.yaml': map('idle', 'grey') }
  await using repository = await reviewedRepository(gitea, controlPlane, 'shown', first)
  await using reeve = repository.run()
  await reeve.logged('in sync')
  const changed = { 'a/web.yaml': map('web', 'blue'), 'b/new.yaml': map('other', 'new') }
  const number = await repository.propose('blue', changed)
  const comment = await repository.comment(number)
  t.regex(comment.body, /2 of 3 installations/)
  t.regex(comment.body, /- data\.color: grey\n\+ data\.color: blue/)
  t.like(await repository.status(await repository.head('blue')), { context: 'reeve/shown', state: 'success' })

  await repository.forge.push({ branch: 'blue', files: { 'a/web.yaml': map('web', 'green') } })
  const edited = await repository.comment(number, ({ body }) => body.includes('data.color: green'))
  t.is(edited.id, comment.id, 'the same comment')

  await kubectl(controlPlane, 'patch', 'configmap/idle', '--type=merge', '-p', '{"data":{"color":"red"}}')
  await liveWhen(controlPlane, 'default', 'configmap/idle', hasColor('grey')) // put back
  await kubectl(controlPlane, 'create', 'configmap', 'other', '--from-literal=color=foreign')
  await repository.forge.push({ branch: 'blue', files: { 'd/nothing.txt': 'not a manifest' } })
  const blocked = await repository.comment(number, ({ body }) => body.includes('managed by'))
  t.is(blocked.id, comment.id)
  t.like(await repository.status(await repository.head('blue')), { state: 'failure' })
  await kubectl(controlPlane, 'delete', 'configmap/other')
  await repository.forge.push({ branch: 'blue', files: { 'd/nothing.txt': 'still not' } })
  await repository.comment(number, ({ body }) => !body.includes('managed by'))

  const merged = await repository.forge.mergePull(number)
  await liveWhen(controlPlane, 'default', 'configmap/web', hasColor('green'))
  const last = await repository.comment(number, ({ body }) => body.includes('healthy in all 2 installations'))
  t.is(last.id, comment.id)
  const { description } = await repository.status(merged, ({ state }) => state === 'success')
  t.regex(description, /^healthy in all 2 installations after /)
  t.is((await repository.comments(number)).length, 1)
  t.deepEqual(
    reeve.log.filter(({ level }) => level === 'error' || level === 'raw'),
    [],
  )
})

test.serial('nothing that the change does not touch edits the comment', async (t) => {
  const { controlPlane } = t.context
  const first = { 'a/web.yaml': map('quiet-a', 'grey'), 'c/idle.yaml': map('quiet-c', 'grey') }
  await using repository = await reviewedRepository(gitea, controlPlane, 'quiet', first)
  await using reeve = repository.run()
  await reeve.logged('in sync')
  const number = await repository.propose('blue', { 'a/web.yaml': map('quiet-a', 'blue') })
  const head = await repository.head('blue')
  await repository.status(head)
  const comment = await repository.comment(number)
  // Drift of another installation, drift of this one, and a commit to the target that is about others.
  await kubectl(controlPlane, 'patch', 'configmap/quiet-c', '--type=merge', '-p', '{"data":{"color":"red"}}')
  await kubectl(controlPlane, 'patch', 'configmap/quiet-a', '--type=merge', '-p', '{"data":{"color":"red"}}')
  await liveWhen(controlPlane, 'default', 'configmap/quiet-a', hasColor('grey'))
  await repository.forge.push({ files: { 'c/idle.yaml': map('quiet-c', 'white') } })
  await liveWhen(controlPlane, 'default', 'configmap/quiet-c', hasColor('white'))
  // What comes after these is planned after them.
  const other = await repository.propose('other', { 'a/more.yaml': map('quiet-b', 'new') })
  await repository.comment(other)
  const same = await repository.comment(number)
  t.is(same.updatedAt, comment.updatedAt)
  t.is((await repository.statuses(head)).length, 1)
})

test.serial('files in conflict are named, and nothing is planned', async (t) => {
  const { controlPlane } = t.context
  await using repository = await reviewedRepository(gitea, controlPlane, 'conflicts', {
    'a/web.yaml': map('conflict', 'grey'),
  })
  await using reeve = repository.run()
  await reeve.logged('in sync')
  const number = await repository.propose('blue', { 'a/web.yaml': map('conflict', 'blue') })
  await repository.comment(number)
  await repository.forge.push({ files: { 'a/web.yaml': map('conflict', 'white') } })
  const comment = await repository.comment(
    number,
    ({ body }) => /conflict/i.test(body) && body.includes('a/web.yaml'),
  )
  t.notRegex(comment.body, /data\.color/)
  t.like(await repository.status(await repository.head('blue'), ({ state }) => state === 'failure'), {
    context: 'reeve/conflicts',
  })
})

test.serial('two clusters review in one comment, and one of them writes it', async (t) => {
  const east = t.context.controlPlane
  const west = await borrowControlPlane(t)
  await using repository = await reviewedRepository(gitea, east, 'both', {
    'a/web.yaml': map('both', 'grey'),
  })
  const config = await configFile(t, { review: { lead: 'east' } })
  await using inEast = repository.runIn('east', east, ...config)
  await using inWest = repository.runIn('west', west, ...config)
  await Promise.all([inEast.logged('in sync'), inWest.logged('in sync')])
  const number = await repository.propose('blue', { 'a/web.yaml': map('both', 'blue') })
  const comment = await repository.comment(number, ({ body }) => body.includes('2 clusters'))
  t.regex(comment.body, /^2 change alike; nothing refused\.$/m)
  t.is((await repository.comments(number)).length, 1)
  t.like(await repository.status(await repository.head('blue')), { context: 'reeve/both', state: 'success' })
  t.regex((await repository.file('reeve/review/west', `${number}.md`)) ?? '', /blue/)
  await repository.forge.mergePull(number)
  await liveWhen(west, 'default', 'configmap/both', hasColor('blue'))
  await repository.comment(number, ({ body }) => body.includes('healthy in'))
})

test.serial(
  'where reviews are required, a merge by the forge is applied, and a direct push is not',
  async (t) => {
    const { controlPlane } = t.context
    const first = { 'a/web.yaml': map('required-a', 'grey'), 'b/web.yaml': map('required-b', 'grey') }
    await using repository = await reviewedRepository(gitea, controlPlane, 'required', first)
    await using reeve = repository.run(...(await configFile(t, { requireReviewedPlan: true })))
    await reeve.logged('in sync')
    const number = await repository.propose('blue', { 'a/web.yaml': map('required-a', 'blue') })
    await repository.status(await repository.head('blue'))
    await repository.forge.push({ files: { 'b/web.yaml': map('required-b', 'red') } })
    t.like(await reeve.logged('held at its last good commit'), { installation: 'b', code: 'not-reviewed' })
    await repository.forge.mergePull(number)
    await liveWhen(controlPlane, 'default', 'configmap/required-a', hasColor('blue'))
    await repository.comment(number, ({ body }) => body.includes('healthy in'))
    t.true(hasColor('grey')(await live(controlPlane, 'default', 'configmap/required-b')))
  },
)
