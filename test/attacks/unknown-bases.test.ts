import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { crdsText } from '../../src/cli/present/crds-text.ts'
import type { JsonObject } from '../../src/model/json.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import type { RepositoryFiles } from '../helpers/declare-files.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live } from '../helpers/live.ts'
import { keyFile } from '../helpers/option-file.ts'
import { sealed } from '../helpers/sealed.ts'
import { directoryOf, temporaryDirectory } from '../helpers/temporary-directory.ts'
import { AGE_KEY, chartWith } from './derived-secrets.ts'

const test = controlPlaneTest()

test.before(({ context }) => apply(context.controlPlane, crdsText()))

const PASSWORD = 'Zr4-kqvw-Hmzt-8812'

const ENCODED = Buffer.from(PASSWORD).toString('base64')

/** The document of an installation that is made from the chart. */
async function installation(name: string, values: JsonObject = {}): Promise<RepositoryFiles> {
  const spec = { template: { path: 'charts/web' }, values }
  const document = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec }
  const isPlain = Object.keys(values).length === 0
  return {
    [`fleet/${name}.yaml`]: isPlain ? JSON.stringify(document) : await sealed(document, AGE_KEY, 'values'),
  }
}

const mapWith = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  mode: ${value}\n`

/** Whatever people see of the change to a plain value. */
async function outputsOf(fleet: Fleet, ...args: string[]): Promise<string> {
  const text = await fleet.plan(...args, '--explain')
  const data = await fleet.plan(...args, '--output', 'json')
  return [text, data].map(({ stdout, stderr }) => stdout + stderr).join('\n')
}

async function newVictim(controlPlane: ControlPlane, namespace: string): Promise<void> {
  await kubectl(controlPlane, 'create', 'namespace', namespace)
  const token = `--from-literal=token=${PASSWORD}`
  await kubectl(controlPlane, '-n', namespace, 'create', 'secret', 'generic', 'bank', token)
}

/** Beside what the branch declares, the earlier declaration is known: then what takes a secret's place is hidden, too. */
function showsNothingOld(t: ExecutionContext, output: string): void {
  t.regex(output, /- data\.mode: \(secret\)\n +\+ data\.mode: (?:plain|\(secret\))/)
  for (const leak of [PASSWORD, PASSWORD.toUpperCase(), ENCODED]) t.false(output.includes(leak), output)
}

function showsOnlyNew(t: ExecutionContext, output: string): void {
  t.regex(output, /- data\.mode: \(secret\)\n +\+ data\.mode: plain/)
  for (const leak of [PASSWORD, PASSWORD.toUpperCase(), ENCODED]) t.false(output.includes(leak), output)
}

test.serial('a branch that no longer looks up a Secret does not show what it held', async (t) => {
  const { controlPlane } = t.context
  await newVictim(controlPlane, 'refused')
  await using fleet = await startFleet(controlPlane, { name: 'refused' })
  const looked = mapWith('refused', '{{ (lookup "v1" "Secret" "refused" "bank").data.token }}')
  await fleet.push({ ...chartWith({ 'map.yaml': looked }), ...(await installation('refused')) })
  t.is((await fleet.sync()).code, 0)
  const files = {
    ...chartWith({ 'map.yaml': mapWith('refused', 'plain') }),
    ...(await installation('refused')),
  }
  showsNothingOld(t, await outputsOf(fleet, await directoryOf(t, files)))
})

test.serial('a Secret that is deleted takes with it what was made of it', async (t) => {
  const { controlPlane } = t.context
  await newVictim(controlPlane, 'deleted')
  await using fleet = await startFleet(controlPlane, { name: 'deleted' })
  const looked = mapWith(
    'deleted',
    '{{ with lookup "v1" "Secret" "deleted" "bank" }}{{ .data.token }}{{ else }}plain{{ end }}',
  )
  await fleet.push({ ...chartWith({ 'map.yaml': looked }), ...(await installation('deleted')) })
  t.is((await fleet.sync()).code, 0)
  await kubectl(controlPlane, '-n', 'deleted', 'delete', 'secret', 'bank')
  showsOnlyNew(t, await outputsOf(fleet))
})

test.serial('another path does not show what was encrypted in the one before', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'moved' })
  const key = await keyFile(t, AGE_KEY)
  const chart = chartWith({ 'map.yaml': mapWith('moved', '{{ upper .Values.password }}') })
  await fleet.push({ ...chart, ...(await installation('moved', { password: PASSWORD })) })
  t.is((await fleet.sync(...key)).code, 0)
  const files = { 'other/acme/map.yaml': mapWith('moved', 'plain') }
  showsOnlyNew(t, await outputsOf(fleet, await directoryOf(t, files), '--path', 'other', ...key))
})

test.serial('history that was squashed does not show what was encrypted in it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'squashed' })
  const key = await keyFile(t, AGE_KEY)
  const chart = chartWith({ 'map.yaml': mapWith('squashed', '{{ upper .Values.password }}') })
  await fleet.push({ ...chart, ...(await installation('squashed', { password: PASSWORD })) })
  t.is((await fleet.sync(...key)).code, 0)
  await fleet.push({
    ...chartWith({ 'map.yaml': mapWith('squashed', 'plain') }),
    ...(await installation('squashed')),
  })
  const cwd = fleet.git.directory
  const squash = ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', 'main^{tree}', '-m', 'Squash']
  await git(['update-ref', 'refs/heads/main', (await git(squash, { cwd })).trim()], { cwd })
  await git(['reflog', 'expire', '--expire=now', '--all'], { cwd })
  await git(['gc', '--prune=now', '--quiet'], { cwd })
  const data = ['--data-dir', join(await temporaryDirectory(t), 'data')]
  showsOnlyNew(t, await outputsOf(fleet, ...key, ...data))
  const synced = await fleet.sync(...key, ...data, '--log-level', 'trace')
  const branch = await git(['log', '-p', fleet.statusBranch, '--'], { cwd })
  const events = await kubectl(controlPlane, 'get', 'events,installations', '-A', '-o', 'yaml')
  const output = synced.stdout + synced.stderr + branch + events
  t.false(output.includes(PASSWORD.toUpperCase()), output)
})

test.serial(
  'an installation that never held secrets shows what it changes, whatever was rendered',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'open' })
    const document = await installation('open')
    await fleet.push({ ...chartWith({ 'map.yaml': mapWith('open', 'readable') }), ...document })
    t.is((await fleet.sync()).code, 0)
    const mark = (await live(controlPlane, 'default', 'configmap/open'))?.metadata.annotations?.[
      'reeve.dev/applied'
    ]
    const other = mark?.replace(/\.[\w-]{16}/, `.${'x'.repeat(16)}`)
    await kubectl(controlPlane, 'annotate', '--overwrite', 'configmap/open', `reeve.dev/applied=${other}`)
    await fleet.push({ ...chartWith({ 'map.yaml': mapWith('open', 'plain') }), ...document })
    t.regex(await outputsOf(fleet), /- data\.mode: readable\n +\+ data\.mode: plain/)
  },
)
