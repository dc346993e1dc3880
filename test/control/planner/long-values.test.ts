import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { configMap } from '../../helpers/manifests.ts'

const test = controlPlaneTest()

const lines = (change: string) =>
  Array.from({ length: 20_000 }, (_, index) => (index === 10_000 ? change : `line ${index}`)).join('\n')

const names = ['acme', 'beta', 'eu/carol']

const declared = (change: string) =>
  Object.fromEntries(
    names.map((name) => [
      `${name}/all.yaml`,
      configMap('default', `${name.split('/').at(-1)}-script`, { 'run.sh': lines(change) }),
    ]),
  )

test('a long text is planned and logged by what changes in it, once for all installations', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'long' })
  await fleet.push(declared('old'))
  t.is((await fleet.sync()).code, 0)
  await fleet.push(declared('new'))

  const { stdout } = await fleet.plan()
  t.true(stdout.includes('the same in 3 installations: acme, beta, eu/carol\n'), stdout)
  t.is(stdout.split('-old\n').length, 2, stdout)
  t.is(stdout.split('+new\n').length, 2, stdout)
  t.regex(stdout, /@@ -9998,7 \+9998,7 @@\n +line 9997\n/)
  t.true(stdout.length < 2_000, stdout)
  const { installations } = JSON.parse((await fleet.plan('--output', 'json')).stdout)
  t.is(installations[2].objects[0].changes[0].after, lines('new'), 'programs get all of it')

  const { stderr } = await fleet.sync()
  t.true(stderr.length < 20_000, stderr)
  const patched = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'patched')
  t.deepEqual(
    patched.map(({ changes }) => changes),
    names.map(() => [{ path: 'data["run.sh"]', lines: '1 line changed' }]),
  )
})
