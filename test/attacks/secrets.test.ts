import { crdsText } from '../../src/cli/present/crds-text.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live } from '../helpers/live.ts'
import { keyFile } from '../helpers/option-file.ts'
import { reeve } from '../helpers/reeve.ts'
import { AGE_KEY, chartWith, documentWith, parts } from './derived-secrets.ts'

const test = controlPlaneTest({ controllers: true })

test.before(({ context }) => apply(context.controlPlane, crdsText()))

/** All that anyone can read in Git and in the cluster of what was done. */
async function everythingOf(controlPlane: ControlPlane, fleet: Fleet): Promise<string> {
  const branch = await git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory })
  const shown = await kubectl(controlPlane, 'get', 'events,installations', '-A', '-o', 'yaml')
  return `${branch}\n${shown}`
}

/** Parts of texts that an output holds. */
function leaksOf(texts: readonly string[], output: string): readonly string[] {
  return texts
    .flatMap((text) => parts(text, Math.min(10, text.length)))
    .filter((part) => output.includes(part))
}

/** A ConfigMap with a secret in several forms, and a Deployment whose argument is made of one. */
const FORMS = {
  'map.yaml': `
apiVersion: v1
kind: ConfigMap
metadata:
  name: forms
  annotations: {"{{ sha1sum .Values.password | trunc 12 }}": "key"}
data:
  basic: {{ printf "me:%s" .Values.password | b64enc }}
  upper: {{ upper .Values.password | quote }}
  digest: {{ sha256sum .Values.password }}
  half: {{ trunc 10 .Values.password | quote }}
  number: {{ .Values.pin | float64 | quote }}
  mode: {{ .Values.mode }}
`,
  'web.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1", args: ["--auth={{ printf "me:%s" .Values.password | b64enc }}"]}]
`,
}

function formsOf(password: string): readonly string[] {
  return [
    password,
    password.toUpperCase(),
    Buffer.from(`me:${password}`).toString('base64').slice(4),
    Buffer.from(password).toString('hex'),
  ]
}

test.serial('forms of an encrypted value reach the cluster, and no plan, log, status or Event', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'forms' })
  const options = await keyFile(t, AGE_KEY)
  const outputs: string[] = []
  const run = async (command: 'plan' | 'sync', ...more: string[]) => {
    const done = await fleet[command](...options, ...more)
    outputs.push(done.stdout, done.stderr)
    return done
  }
  const chart = chartWith(FORMS)
  const first = { password: 'Zr4-kqvw-Hmzt-8812', pin: 918273645 }
  await fleet.push({ ...chart, ...(await documentWith(first, { mode: 'fast' })) })
  const planned = await run('plan')
  t.regex(planned.stdout, /basic: \(secret\)[\s\S]*mode: fast/)
  t.regex(planned.stdout, /annotations:\n +\(secret\): \(secret\)/)
  await run('plan', '--output', 'json')
  t.is((await run('sync', '--log-level', 'trace')).code, 0)
  const made = await live(controlPlane, 'default', 'configmap/forms')
  t.like(made?.data, { basic: Buffer.from(`me:${first.password}`).toString('base64') })
  const second = { password: 'Wj7-pbxd-Gnyl-3340', pin: 564738291 }
  await fleet.push(await documentWith(second, { mode: 'slow' }))
  const changed = await run('plan', '--explain')
  t.regex(changed.stdout, /- data\.digest: \(secret\)\n +\+ data\.digest: \(secret\)/)
  t.regex(changed.stdout, /\+ data\.mode: slow/)
  await run('plan', '--output', 'json', '--explain')
  const explained = await reeve(['explain', 'acme', ...options, ...fleet.options.slice(0, 2)])
  outputs.push(explained.stdout, explained.stderr)
  await using running = fleet.run(...options, '--log-level', 'trace')
  await fleet.recorded('acme', ({ changes }) => changes.some(({ object }) => object.includes('forms')))
  outputs.push(...running.log.map((line) => JSON.stringify(line)))
  const output = outputs.join('\n') + (await everythingOf(controlPlane, fleet))
  const secret = [first, second].flatMap(({ password, pin }) => [...formsOf(password), String(pin)])
  const other = await live(controlPlane, 'default', 'configmap/forms')
  const digests = [made, other].flatMap((map) => [
    ...Object.keys(map?.metadata.annotations ?? {}).filter((key) => /^[\da-f]{12}$/.test(key)),
    ...Object.entries((map?.data ?? {}) as Record<string, string>).flatMap(([key, text]) =>
      key === 'mode' ? [] : [text],
    ),
  ])
  t.true(digests.length >= 12)
  t.deepEqual(leaksOf([...secret, ...digests], output), [])
})

const THEFT = {
  'map.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: {name: loot}
data:
  raw: {{ (lookup "v1" "Secret" "victim" "bank").data.token }}
  clear: {{ (lookup "v1" "Secret" "victim" "bank").data.token | b64dec | upper }}
  mode: fast
`,
}

const plain = (name: string): Record<string, string> => ({
  [`fleet/${name}.yaml`]: `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {path: charts/web}}\n`,
})

const TOKEN = 'grue-lantern-42-Xyzzy'
const LOOT = [TOKEN, TOKEN.toUpperCase(), Buffer.from(TOKEN).toString('base64')]

async function newVictim(controlPlane: ControlPlane): Promise<void> {
  await kubectl(controlPlane, 'create', 'namespace', 'victim')
  await kubectl(
    controlPlane,
    '-n',
    'victim',
    'create',
    'secret',
    'generic',
    'bank',
    `--from-literal=token=${TOKEN}`,
  )
}

test.serial("a chart does not show another namespace's Secret that it looks up", async (t) => {
  const { controlPlane } = t.context
  await newVictim(controlPlane)
  await using fleet = await startFleet(controlPlane, { name: 'theft' })
  await fleet.push({ 'fleet/other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n' })
  await fleet.work.run('checkout', '--quiet', '-b', 'theft')
  for (const [path, text] of Object.entries({ ...chartWith(THEFT), ...plain('thief') }))
    await fleet.work.write(path, text as string)
  await fleet.work.commit('Steal')
  await fleet.work.run('push', '--quiet', 'origin', 'theft')
  const outputs: string[] = []
  const plan = async (...more: string[]) => {
    const done = await reeve(['plan', ...more, ...fleet.options])
    outputs.push(done.stdout, done.stderr)
    return done
  }
  for (const source of ['theft', fleet.work.directory]) {
    const refused = await plan(source, '--output', 'json')
    t.is(refused.code, 2)
    t.regex(refused.stdout, /"code": "secret-lookup"/)
  }
  const allowed = await plan('theft', '--lookup-secrets', 'any', '--output', 'json')
  t.regex(allowed.stdout, /"raw": "\(secret\)"[\s\S]*"mode": "fast"/)
  await plan('theft', '--lookup-secrets', 'any')
  await fleet.work.run('push', '--quiet', 'origin', 'theft:main')
  const none = await plan('--lookup-secrets', 'none')
  t.regex(none.stdout + none.stderr, /looks up a Secret of the cluster/)
  t.regex((await plan()).stdout, /raw: \(secret\)/)
  const synced = await fleet.sync('--log-level', 'trace')
  outputs.push(synced.stdout, synced.stderr)
  t.is(synced.code, 0, synced.stderr)
  const loot = await live(controlPlane, 'default', 'configmap/loot')
  t.like(loot?.data, { raw: LOOT[2] })
  t.deepEqual(leaksOf(LOOT, outputs.join('\n') + (await everythingOf(controlPlane, fleet))), [])
})

test.serial('a chart that fails does not quote the Secret that it looks up', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'quoting' })
  const text = '{{ fail (printf "it is %s" ((lookup "v1" "Secret" "victim" "bank").data.token | b64dec)) }}'
  await fleet.push({ ...chartWith({ 'x.yaml': text }), ...plain('quoting') })
  const planned = await fleet.plan()
  t.regex(planned.stdout + planned.stderr, /it is\s+\(secret\)/)
  await using running = fleet.run('--log-level', 'trace')
  await fleet.recorded('quoting', ({ state }) => state === 'invalid')
  const log = running.log.map((line) => JSON.stringify(line))
  const output = [planned.stdout, planned.stderr, ...log].join('\n')
  t.deepEqual(leaksOf(LOOT, output + (await everythingOf(controlPlane, fleet))), [])
})

test.serial('what a chart looks up does not tell what it is named by', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'naming' })
  const password = 'Kq2-vzrw-Tplm-9931'
  const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: naming}
data:
  secret: {{ lookup "v1" "Secret" "victim" (printf "x%x" .Values.password) | toJson | quote }}
`
  const options = await keyFile(t, AGE_KEY)
  await fleet.push({ ...chartWith({ 'x.yaml': text }), ...(await documentWith({ password })) })
  const refused = await fleet.plan(...options, '--lookup-secrets', 'none')
  t.regex(refused.stdout + refused.stderr, /looks up a Secret of the\s+cluster.*:\s+\S*\(secret\)/s)
  const planned = await fleet.plan(...options)
  t.regex(planned.stdout, /\+ ConfigMap default\/naming/)
  const output = [refused, planned].map(({ stdout, stderr }) => stdout + stderr).join('\n')
  t.deepEqual(leaksOf(formsOf(password), output), [])
})
