import { crdsText } from '../../src/cli/present/crds-text.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

const own = (kind: string, name: string, spec: string, labels = '') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}, labels: {${labels}}}\nspec: ${spec}\n`

/** A template of one ConfigMap, below a directory of its own. */
const template = (directory: string) => ({
  [`${directory}/web.yaml`]: [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: web}',
    'data: {version: "${installation.version}", color: "${values.color}"}',
    '',
  ].join('\n'),
  [`${directory}/values.yaml`]: 'color: grey\n',
})

const status = (object: LiveObject | undefined) =>
  object?.status as Readonly<Record<string, unknown>> | undefined

test.serial('without the CustomResourceDefinitions all syncs, and with them kubectl shows it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'plain' })
  await fleet.push({
    ...template('templates/one'),
    'groups.yaml': own(
      'InstallationGroup',
      'one',
      '{template: {path: templates/one}, version: "1.0", namespace: "one-${installation.name}", createNamespace: true}',
    ),
    'fleet/a.yaml': own('Installation', 'a', '{group: one}'),
  })
  await using reeve = fleet.run()
  const record = await fleet.recorded('a', ({ state }) => state === 'healthy')
  t.is(record.version, '1.0')
  t.is(record.group, 'one')
  t.truthy(await live(controlPlane, 'one-a', 'configmap/web'))
  t.true(reeve.log.some(({ remedy }) => remedy === 'reeve crds | kubectl apply -f -'))
  await apply(controlPlane, crdsText())
  const shown = await liveWhen(
    controlPlane,
    'default',
    'installation/a',
    (object) => status(object)?.state === 'healthy',
  )
  t.like(status(shown), { version: '1.0', health: '3/3', group: 'one', commit: record.commit })
  const groups = await liveWhen(
    controlPlane,
    'default',
    'installationgroup/one',
    (object) => status(object)?.members === 1,
  )
  t.is(status(groups)?.healthy, 1)
})

test.serial(
  'a fleet of documents is shown by kubectl, changes by its groups, and tells its story',
  async (t) => {
    const { controlPlane } = t.context
    await apply(controlPlane, crdsText())
    await using fleet = await startFleet(controlPlane, { name: 'shown' })
    const group = (version: string) =>
      own(
        'InstallationGroup',
        'prod',
        `{template: {path: templates/two}, version: "${version}", namespace: "two-\${installation.name}", createNamespace: true, selector: {matchLabels: {fleet: two}}}`,
      )
    const names = ['b', 'c', 'd']
    const first = await fleet.push({
      ...template('templates/two'),
      'groups/prod.yaml': group('1.0'),
      ...Object.fromEntries(
        names.map((name) => [`fleet/${name}.yaml`, own('Installation', name, '{}', 'fleet: two')]),
      ),
      'fleet/own.yaml': own('Installation', 'own', '{version: "0.9"}', 'fleet: two'),
    })
    await using reeve = fleet.run()
    const isAt = (version: string, commit: string) => (object: LiveObject) => {
      const { state, version: shown, commit: at } = status(object) ?? {}
      return state === 'healthy' && shown === version && at === commit
    }
    for (const name of names)
      await liveWhen(controlPlane, 'default', `installation/${name}`, isAt('1.0', first))
    await liveWhen(controlPlane, 'default', 'installation/own', isAt('0.9', first))
    const table = await kubectl(controlPlane, 'get', 'inst')
    t.regex(table, /NAME +STATE +VERSION +HEALTHY +COMMIT +AGE\n/)
    t.regex(table, new RegExp(`\nb +healthy +1\\.0 +3/3 +${first.slice(0, 7)} +`))

    const versions = async () =>
      Promise.all(
        [...names, 'own'].map(
          async (name) =>
            (await live(controlPlane, `two-${name}`, 'configmap/web'))?.metadata.resourceVersion,
        ),
      )
    const before = await versions()
    const second = await fleet.push({ 'groups/prod.yaml': group('1.1') })
    for (const name of names)
      await liveWhen(controlPlane, 'default', `installation/${name}`, isAt('1.1', second))
    const after = await versions()
    t.deepEqual(
      after.map((version, index) => version === before[index]),
      [false, false, false, true],
    )
    const events = await until('the events', async () => {
      const text = await kubectl(
        controlPlane,
        'get',
        'events',
        '-o',
        'json',
        '--field-selector',
        'involvedObject.name=b',
      )
      const { items } = JSON.parse(text) as { readonly items: readonly { readonly message: string }[] }
      return items.some(({ message }) => message.includes('version 1.1')) && items
    })
    t.true(events.some(({ message }) => message.startsWith(`healthy at ${second.slice(0, 7)}, version 1.1`)))
    t.false(reeve.log.some(({ level }) => level === 'error'))
  },
)

test.serial(
  'a suspended installation is left alone, and goes on where Git is when it is no more',
  async (t) => {
    const { controlPlane } = t.context
    await apply(controlPlane, crdsText())
    await using fleet = await startFleet(controlPlane, { name: 'suspended' })
    const installation = (spec: string) => ({
      'fleet/s.yaml': own(
        'Installation',
        's',
        `{template: {path: templates/three}, namespace: three, createNamespace: true, ${spec}}`,
      ),
    })
    await fleet.push({ ...template('templates/three'), ...installation('version: "1"') })
    await using _ = fleet.run()
    await liveWhen(controlPlane, 'default', 'installation/s', (object) => status(object)?.state === 'healthy')
    await fleet.push(installation('version: "2", suspended: true'))
    await liveWhen(
      controlPlane,
      'default',
      'installation/s',
      (object) => status(object)?.state === 'suspended',
    )
    await kubectl(
      controlPlane,
      '-n',
      'three',
      'patch',
      'configmap/web',
      '--type=merge',
      '-p',
      '{"data":{"color":"red"}}',
    )
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const left = await live(controlPlane, 'three', 'configmap/web')
    t.deepEqual(left?.data, { version: '1', color: 'red' })
    await fleet.push(installation('version: "2"'))
    await liveWhen(
      controlPlane,
      'three',
      'configmap/web',
      ({ data }) => JSON.stringify(data) === '{"color":"grey","version":"2"}',
    )
    await fleet.recorded('s', ({ state }) => state === 'healthy')
  },
)

test.serial('a group with members cannot be deleted, and what is enforced otherwise is told', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, crdsText())
  await using fleet = await startFleet(controlPlane, { name: 'kept' })
  const group = own(
    'InstallationGroup',
    'kept',
    '{version: "1", members: [k], enforced: {values: {color: red}}}',
  )
  const installation = (spec: string) => ({
    'fleet/k.yaml': own(
      'Installation',
      'k',
      `{template: {path: templates/four}, namespace: four, createNamespace: true, ${spec}}`,
    ),
  })
  await fleet.push({
    ...template('templates/four'),
    'groups/kept.yaml': group,
    ...installation('values: {color: blue}'),
  })
  await using _ = fleet.run()
  const record = await fleet.recorded('k', ({ state }) => state === 'healthy')
  t.deepEqual(record.overridden, [{ path: 'values.color', file: 'fleet/k.yaml', line: 4, by: 'kept' }])
  await fleet.push({ 'groups/kept.yaml': undefined })
  const held = await fleet.recorded('k', ({ state }) => state === 'invalid')
  t.true(held.problems.some(({ code }) => code === 'group-has-members'))
  await fleet.recorded('groups', ({ problems }) => problems.some(({ code }) => code === 'group-has-members'))
  t.truthy(await live(controlPlane, 'default', 'installationgroup/kept'))
  t.like(await live(controlPlane, 'four', 'configmap/web'), { data: { version: '1', color: 'red' } })
  await fleet.push(installation('group: "", version: "3"'))
  await liveWhen(
    controlPlane,
    'four',
    'configmap/web',
    ({ data }) => JSON.stringify(data) === '{"color":"grey","version":"3"}',
  )
  await goneWhen(controlPlane, 'default', 'installationgroup/kept')
})

test.serial('the API server checks documents as Reeve does', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, crdsText())
  const refused = async (spec: string) => {
    const { code, stderr } = await controlPlane.kubectl(['create', '--dry-run=server', '-f', '-'], {
      input: own('Installation', 'x', spec),
    })
    return code === 0 ? undefined : stderr
  }
  t.is(await refused('{template: {path: a/b}, values: {any: {thing: [1]}}}'), undefined)
  t.regex((await refused('{template: {}}')) ?? '', /exactly one of path and chart is required/)
  t.regex((await refused('{template: {path: ../a}}')) ?? '', /should match/)
  t.regex((await refused('{values: 3}')) ?? '', /must be of type object/)
  t.regex((await refused('{grup: x}')) ?? '', /unknown field "spec.grup"/)
})

test.serial('a document that cannot be read any more deletes nothing', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'broken' })
  const text = own('Installation', 'brittle', '{template: {path: templates/five}, version: "1"}')
  await fleet.push({ ...template('templates/five'), 'fleet/brittle.yaml': text })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'fleet/brittle.yaml': `${text}  - {` })
  t.is((await fleet.sync()).code, 1)
  t.truthy(await live(controlPlane, 'default', 'configmap/web'))
  const { problems } = await fleet.recorded('brittle', ({ state }) => state === 'failed')
  const codes: readonly (string | undefined)[] = ['deletion-held', 'deletion-limit'] // the latter for several objects
  t.true(codes.includes(problems[0]?.code), problems[0]?.code)
  await fleet.push({ 'fleet/brittle.yaml': undefined, 'fleet/other.yaml': text.replace('brittle', 'other') })
  await fleet.sync()
  t.is((await fleet.record('other'))?.state, 'healthy')
})
