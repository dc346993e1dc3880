import { load } from 'js-yaml'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { live, liveWhen } from '../helpers/live.ts'
import { group, isAt, members, TEMPLATE } from '../helpers/rollout-documents.ts'
import { serve } from '../helpers/serve.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

/** Resolves with how a group is doing, once the status branch says what it waits for. */
function waits({ git: { directory }, statusBranch }: Fleet, name: string, what: RegExp): Promise<string> {
  return until(`${name} that says ${what}`, async () => {
    const text = await git(['show', `${statusBranch}:groups/${name}.yaml`], { cwd: directory }).catch(
      () => '{}',
    )
    const { waits: said = '' } = load(text) as { readonly waits?: string }
    return what.test(said) ? said : undefined
  })
}

test('a version goes no further while its check fails, also in the next process, and another one does', async (t) => {
  const { controlPlane } = t.context
  let isWell = true
  const url = await serve(t, (_, response) => response.writeHead(isWell ? 200 : 503).end())
  await using fleet = await startFleet(controlPlane, { name: 'checked' })
  const verify = `[{ name: front, http: { url: "${url}/ping" } }]`
  const groups = (version: string) => ({
    'groups/a.yaml': group('ca', version, `{ verify: ${verify} }`),
    'groups/b.yaml': group('cb', version, '{ after: [{ group: ca, soak: 1s }] }'),
  })
  await fleet.push({
    ...TEMPLATE,
    ...groups('1'),
    ...members('ca', 'ca-1'),
    ...members('cb', 'cb-1'),
  })
  {
    await using reeve = fleet.run('--check-addresses', url)
    for (const name of ['ca-1', 'cb-1'])
      await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('1'))
    await reeve.logged('in sync')
    isWell = false
    await fleet.push(groups('2'))
    await liveWhen(controlPlane, 'default', 'configmap/ca-1', isAt('2'))
    t.regex(await waits(fleet, 'ca', /halted/), /ca is halted: the check front failed: HTTP status 503; /)
  }
  isWell = true
  await using again = fleet.run('--check-addresses', url)
  await again.logged('in sync')
  t.regex(await waits(fleet, 'ca', /halted/), /the check front failed: HTTP status 503/)
  t.is(
    (
      await live(controlPlane, 'default', 'configmap/cb-1').then(
        (found) => found?.data as { version: string },
      )
    )?.version,
    '1',
  )
  await fleet.push(groups('3'))
  for (const name of ['ca-1', 'cb-1']) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('3'))
})

test('a check of a server that is not allowed is waited for, and says how to allow it', async (t) => {
  const { controlPlane } = t.context
  let asked = 0
  const url = await serve(t, (_, response) => {
    asked += 1
    response.end()
  })
  await using fleet = await startFleet(controlPlane, { name: 'unlisted' })
  const groups = (version: string) => ({
    'groups/a.yaml': group(
      'da',
      version,
      `{ verify: [{ name: front, http: { url: "${url}" }, onNoData: pass }] }`,
    ),
    'groups/b.yaml': group('db', version, '{ after: [{ group: da }] }'),
  })
  await fleet.push({
    ...TEMPLATE,
    ...groups('1'),
    ...members('da', 'da-1'),
    ...members('db', 'db-1'),
  })
  await using reeve = fleet.run()
  for (const name of ['da-1', 'db-1']) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('1'))
  await reeve.logged('in sync')
  t.regex(
    await waits(fleet, 'da', /being checked/),
    /da is being checked: front: .*does not ask: http:\/\/127\.0\.0\.1:\d+: .*--check-addresses/,
  )
  t.is(asked, 0)
})
