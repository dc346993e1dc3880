import { crdsText } from '../../src/cli/present/crds-text.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl } from '../helpers/live.ts'
import { keyFile } from '../helpers/option-file.ts'
import { AGE_KEY, chartWith, documentWith } from './derived-secrets.ts'

const test = controlPlaneTest()

test.before(({ context }) => apply(context.controlPlane, crdsText()))

const OBJECTS = `apiVersion: v1
kind: Secret
metadata: {name: app}
stringData: {password: "{{ .Values.password }}"}
---
apiVersion: v1
kind: Pod
metadata: {name: talker}
spec:
  nodeName: nowhere
  containers: [{name: web, image: "web:1"}]
`

function crashedWith(message: string): string {
  const terminated = { exitCode: 1, reason: 'Error', message }
  const container = { name: 'web', image: 'web:1', imageID: 'x', ready: false, restartCount: 3 }
  const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } }
  const statuses = [{ ...container, state, lastState: { terminated } }]
  return JSON.stringify({ status: { phase: 'Running', containerStatuses: statuses } })
}

test('a Pod that outlives a rotation, the end of all secrets and restarts of Reeve does not tell them', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'words' })
  const key = await keyFile(t, AGE_KEY)
  const old = 'Zr4-kqvw-Hmzt-8812'
  await fleet.push({ ...chartWith({ 'a.yaml': OBJECTS }), ...(await documentWith({ password: old })) })
  await fleet.sync(...key)
  const status = crashedWith(`login with ${old} failed`)
  await kubectl(controlPlane, 'patch', 'pod', 'talker', '--subresource=status', '-p', status)
  const outputs: string[] = []
  const none = {
    ...chartWith({ 'a.yaml': OBJECTS.slice(OBJECTS.indexOf('---')) }),
    ...(await documentWith({})),
  }
  // The last of them is a restart without a change.
  for (const files of [await documentWith({ password: 'Gnyl-3340-abcdQQ-77' }), {}, none, {}]) {
    if (Object.keys(files).length > 0) await fleet.push(files)
    const synced = await fleet.sync(...key, '--log-level', 'trace')
    t.regex(synced.stdout, /CrashLoopBackOff: ended with exit\s+code\s+1:\s+\(withheld/)
    outputs.push(synced.stdout, synced.stderr)
  }
  outputs.push(await git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory }))
  outputs.push(await kubectl(controlPlane, 'get', 'events,installations', '-A', '-o', 'yaml'))
  for (const output of outputs) t.false(output.includes(old), output)
})
