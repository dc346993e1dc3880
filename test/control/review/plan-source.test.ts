import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'
import { proposeBranch } from '../../helpers/propose-branch.ts'

const test = controlPlaneTest()

const deployment = (name: string, version: string, replicas = 2) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: default}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: web, image: 'registry.example.com/team/web:${version}'}]}
`

test.serial('a branch is planned merged with the head, less what that has pending', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'merged' })
  await fleet.push({
    'one/web.yaml': deployment('merged-web', '1.28'),
    'one/own.yaml': configMap('default', 'merged-own', { color: 'grey' }),
    'two/a.yaml': configMap('default', 'merged-two', { color: 'grey' }),
  })
  t.is((await fleet.sync()).code, 0)
  await proposeBranch(fleet.work, 'upgrade', {
    'one/web.yaml': deployment('merged-web', '1.29', 0),
    'three/a.yaml': configMap('default', 'merged-three', { color: 'new' }),
  })
  await fleet.push({ 'one/own.yaml': configMap('default', 'merged-own', { color: 'blue' }) })

  const text = await fleet.reeve('plan', 'upgrade')
  t.log(text.stdout)
  t.is(text.code, 1, text.stderr)
  t.regex(text.stdout, /upgrade at [0-9a-f]{12} merged with main at [0-9a-f]{12}/)
  t.regex(text.stdout, /Workloads are stopped\n {2}! Deployment.apps default\/merged-web: replicas 2 → 0/)
  t.regex(text.stdout, /registry\.example\.com\/team\/web: 1\.28 → 1\.29 \(in one\)/)
  t.regex(text.stdout, /This change\none\n {2}~ Deployment.apps default\/merged-web/)
  t.notRegex(text.stdout, /color: blue|merged-two/)
  t.regex(text.stdout, /Pending anyway: 1 object, merged or not \(--explain shows them\)/)
  t.regex(text.stdout, /Acts on 2 of 3 installations: 1 changes, 1 is created; nothing refused\./)
  t.true(text.stdout.split('\n').every((line) => line.length <= 80 || line.startsWith('Cluster ')))
  t.regex(
    (await fleet.reeve('plan', 'upgrade', '--explain')).stdout,
    /Pending anyway[\s\S]*\+ data\.color: blue/,
  )

  const json = JSON.parse((await fleet.reeve('plan', 'upgrade', '--output', 'json')).stdout)
  t.like(json, { kind: 'Review', cluster: 'merged', installations: 3 })
  t.deepEqual(
    json.acted.map(({ name, effect }: Record<string, string>) => [name, effect]),
    [
      ['one', 'changed'],
      ['three', 'created'],
    ],
  )
  const comment = await fleet.reeve('plan', 'upgrade', '--output', 'markdown')
  t.regex(comment.stdout, /^<!-- reeve:review merged -->\n\n### ⚠️ Acts on 2 of 3 installations\n/)
  t.regex(comment.stdout, /\n<!-- reeve:key [\w-]{22} -->\n$/)
  t.like(await fleet.plan('--output', 'markdown'), { code: 2, stdout: '' })
})

test.serial('a commit, a tag and a pull request are planned as the branch with them is', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'named' })
  await fleet.push({ 'one/a.yaml': configMap('default', 'named', { color: 'grey' }) })
  t.is((await fleet.sync()).code, 0)
  const head = await proposeBranch(fleet.work, 'blue', {
    'one/a.yaml': configMap('default', 'named', { color: 'blue' }),
  })
  await fleet.work.run('tag', '-a', '-m', 'Blue', 'v1', 'blue')
  const pushed = ['blue:refs/tags/light', 'v1', 'blue:refs/pull/7/head', 'blue:refs/merge-requests/8/head']
  await fleet.work.run('push', '--quiet', 'origin', ...pushed)
  const plan = async (source: string) => {
    const done = await fleet.reeve('plan', source, '--output', 'json')
    return done.code === 1 ? JSON.parse(done.stdout).commits.head : done.stderr
  }
  const names = ['blue', 'light', 'v1', '7', '#7', '8', 'refs/pull/7/head', head, head.slice(0, 9)]
  for (const name of names) t.is(await plan(name), head, name)
  t.regex(await plan('#9'), /#9/)
  const done = await fleet.reeve('plan', 'main')
  t.is(done.code, 0)
  t.regex(done.stdout, /which main at [0-9a-f]{12} has already/)
})

test.serial('files in conflict are named, and a refused object is told apart', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'refusing' })
  await fleet.push({ 'one/a.yaml': configMap('default', 'refusing', { color: 'grey' }) })
  t.is((await fleet.sync()).code, 0)
  await kubectl(controlPlane, 'create', 'configmap', 'refusing-foreign', '--from-literal=color=red')
  await proposeBranch(fleet.work, 'foreign', {
    'two/a.yaml': configMap('default', 'refusing-foreign', { color: 'blue' }),
    'two/b.yaml': configMap('default', 'refusing-new', { color: 'blue' }),
  })
  const refused = await fleet.reeve('plan', 'foreign')
  t.log(refused.stdout)
  t.is(refused.code, 3, refused.stderr)
  t.regex(
    refused.stdout,
    /This change\n[\s\S]*\+ ConfigMap default\/refusing-new[\s\S]*Refused \(1\)\n[\s\S]*! ConfigMap/,
  )
  t.is((await fleet.reeve('plan', 'foreign', '--output', 'markdown')).code, 3)

  await proposeBranch(fleet.work, 'blue', {
    'one/a.yaml': configMap('default', 'refusing', { color: 'blue' }),
  })
  await fleet.push({ 'one/a.yaml': configMap('default', 'refusing', { color: 'white' }) })
  const conflict = await fleet.reeve('plan', 'blue')
  t.log(conflict.stdout)
  t.is(conflict.code, 2)
  t.regex(conflict.stdout, /Conflicts \(1\)\n[\s\S]* {2}! one\/a\.yaml\n/)
  t.notRegex(conflict.stdout, /This change/)
})

test.serial('a directory is planned as it is, less what the head has pending', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'aside' })
  await fleet.push({
    'one/a.yaml': configMap('default', 'aside', { color: 'grey' }),
    'two/a.yaml': configMap('default', 'aside-two', { color: 'grey' }),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'two/a.yaml': configMap('default', 'aside-two', { color: 'pending' }) })
  const directory = await mkdtemp(join(tmpdir(), 'reeve-aside-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  await cp(fleet.work.directory, directory, { recursive: true })
  const same = await fleet.reeve('plan', directory)
  t.log(same.stdout)
  t.is(same.code, 0)
  t.notRegex(same.stdout, /color/)
  await fleet.work.write('one/a.yaml', configMap('default', 'aside', { color: 'edited' }))
  const edited = await fleet.reeve('plan', fleet.work.directory)
  t.log(edited.stdout)
  t.is(edited.code, 1)
  t.regex(edited.stdout, /as it is, in place of main at/)
  t.regex(edited.stdout, /\+ data\.color: edited/)
  t.notRegex(edited.stdout, /color: pending/)
})
