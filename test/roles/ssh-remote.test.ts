import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { live } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { reeve } from '../helpers/reeve.ts'
import { type Sshd, startSshd } from '../helpers/sshd.ts'

const test = controlPlaneTest()

let sshd: Sshd
test.before('start sshd', async () => {
  sshd = await startSshd()
})
test.after.always('stop it', () => sshd?.[Symbol.asyncDispose]())

test.serial('a repository over SSH reaches the cluster, and its status comes back over SSH', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, {
    name: 'ssh',
    command: reeve,
    remote: ({ directory }) => [
      ...['--repo', sshd.url(directory), '--ssh-key-file', sshd.keyFile],
      ...['--ssh-known-hosts-file', sshd.knownHosts],
    ],
  })
  const first = await fleet.push({ 'acme/a.yaml': configMap('default', 'over-ssh', { a: '1' }) })
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  t.like(await live(controlPlane, 'default', 'configmap/over-ssh'), { data: { a: '1' } })
  t.like(await fleet.record('acme'), { state: 'healthy', commit: first })
  t.deepEqual(fleet.git.requests, [])

  await using running = fleet.run()
  const second = await fleet.push({ 'acme/a.yaml': configMap('default', 'over-ssh', { a: '2' }) })
  await fleet.recorded('acme', ({ state, commit }) => state === 'healthy' && commit === second)
  running.signal('SIGTERM')
  t.is(await running.exited, 0)
})

test.serial(
  'with a key that may only read, the cluster is synced, and the missing status is told',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, {
      name: 'ssh-reader',
      command: reeve,
      remote: ({ directory }) => [
        ...['--repo', sshd.url(directory), '--ssh-key-file', sshd.readOnlyKeyFile],
        ...['--ssh-known-hosts-file', sshd.knownHosts],
      ],
    })
    await fleet.push({ 'acme/a.yaml': configMap('default', 'read-only', { a: '1' }) })
    const { code, stdout, stderr } = await fleet.sync()
    t.is(code, 0)
    t.like(await live(controlPlane, 'default', 'configmap/read-only'), { data: { a: '1' } })
    t.regex(stdout + stderr, /git-rejected/)
    t.regex(stdout + stderr, /the key may read, but not push/)
  },
)
