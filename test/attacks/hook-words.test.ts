import { git } from '../../src/sandbox/git-process.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { NODE } from '../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl } from '../helpers/live.ts'
import { keyFile } from '../helpers/option-file.ts'
import { AGE_KEY, chartWith, documentWith } from './derived-secrets.ts'

const test = controlPlaneTest({ controllers: true })

const SECRET = 'Zr4-kqvw-Hmzt-8812'

const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata: {name: hook-words}
data: {a: "1"}
---
apiVersion: v1
kind: Secret
metadata: {name: hook-words}
stringData: {password: "{{ .Values.password }}"}
`

function job(name: string, more: string, kind = 'Job', spec = ''): string {
  return `---
apiVersion: ${kind === 'Job' ? 'batch/v1' : 'reeve.dev/v1alpha1'}
kind: ${kind}
metadata: {name: ${name}${more}}
spec:
${spec}    backoffLimit: 0
    template:
      spec:
        restartPolicy: Never
        containers: [{name: run, image: ${name}, args: ["{{ .Values.password }}"]}]
`
}

const OPERATION = job('told', '', 'Operation', '  job:\n')
const HOOK = job('migrate', ', annotations: {reeve.dev/hook: pre-sync}')

test('neither the words of a hook that failed nor what an operation told show a secret', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, NODE)
  await using _pods = startPodSimulator(controlPlane.kubeconfig, {
    run: async ({ spec }) => {
      const words = `login with ${SECRET} (${btoa(SECRET)}) failed`
      if (JSON.stringify(spec).includes('"image":"migrate"')) return { failure: { message: words } }
      return { message: JSON.stringify({ id: `dump of ${SECRET}`, where: `s3://x:${SECRET}@backups` }) }
    },
  })
  await using fleet = await startFleet(controlPlane, { name: 'hookwords' })
  const key = await keyFile(t, AGE_KEY)
  const document = await documentWith({ password: SECRET })
  await fleet.push({ ...chartWith({ 'a.yaml': `${SETTINGS}${OPERATION}` }), ...document })
  await using reeve = fleet.run(...key, '--log-level', 'trace')
  const told = await fleet.recorded('acme', ({ operations }) => operations?.[0]?.state === 'succeeded')
  t.is(told.operations?.[0]?.last?.id.startsWith('dump of '), true)
  await fleet.push(chartWith({ 'a.yaml': `${SETTINGS.replace('"1"', '"2"')}${OPERATION}${HOOK}` }))
  const failed = await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.regex(failed.problems[0]?.message ?? '', /the Job failed: .*withheld/)
  const outputs = [
    JSON.stringify(reeve.log),
    await git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory }),
    await kubectl(controlPlane, 'get', 'events', '-A', '-o', 'yaml'),
    (await fleet.plan(...key)).stdout,
  ]
  for (const output of outputs)
    for (const form of [SECRET, btoa(SECRET)]) t.false(output.includes(form), output.slice(0, 20_000))
})
