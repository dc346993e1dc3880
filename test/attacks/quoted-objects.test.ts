import { crdsText } from '../../src/cli/present/crds-text.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl } from '../helpers/live.ts'
import { keyFile } from '../helpers/option-file.ts'
import { AGE_KEY, chartWith, documentWith } from './derived-secrets.ts'

const test = controlPlaneTest()

test.before(({ context }) => apply(context.controlPlane, crdsText()))

const podWith = (value: string) => `apiVersion: v1
kind: Pod
metadata: {name: bare}
spec:
  containers: [{name: web, image: "web:1", env: [{name: DB, value: "postgres://me:${value}@db"}]}]
`

test('the API server that refuses a change of a Pod does not tell the secret before', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'pods' })
  const key = await keyFile(t, AGE_KEY)
  const old = 'Zr4-kqvw-Hmzt-8812'
  const chart = chartWith({ 'pod.yaml': podWith('{{ .Values.password }}') })
  await fleet.push({ ...chart, ...(await documentWith({ password: old })) })
  t.is((await fleet.sync(...key)).code, 0)
  const outputs: string[] = []
  for (const files of [
    await documentWith({ password: 'Wj7-pbxd-Gnyl-3340' }),
    { ...chartWith({ 'pod.yaml': podWith('nobody') }), ...(await documentWith({})) },
  ]) {
    await fleet.push(files)
    const planned = await fleet.plan(...key)
    t.regex(planned.stdout, /may not change\s+fields other than/)
    const synced = await fleet.sync(...key, '--log-level', 'trace')
    const data = await fleet.plan(...key, '--output', 'json')
    outputs.push(...[planned, synced, data].map(({ stdout, stderr }) => stdout + stderr))
  }
  outputs.push(await git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory }))
  outputs.push(await kubectl(controlPlane, 'get', 'events,installations', '-A', '-o', 'yaml'))
  for (const output of outputs) t.false(output.includes(old), output)
})
