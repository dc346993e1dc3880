import test, { type ExecutionContext } from 'ava'
import { type ControlPlane, reach } from '../../../src/sandbox/control-plane-access.ts'
import { apply, kubectl, live, liveAll, liveWhen } from '../live.ts'
import { configMap, custom, definition, deployment, documents, namespace } from '../manifests.ts'
import { until } from '../until.ts'
import { ControlPlanePool } from './pool.ts'

const pool = new ControlPlanePool()
test.after.always(() => pool[Symbol.asyncDispose]())

async function lend(t: ExecutionContext, options = {}) {
  const loan = await pool.lend(options)
  t.teardown(() => loan.end({ reuse: t.passed }))
  return { ...loan, controlPlane: reach(loan.access) }
}

// Heartbeats, and what is no object: it is asked for when it is listed.
const CHANGING = ['leases.coordination.k8s.io', 'componentstatuses']

/** Everything but what changes by itself, and the versions of what was written back. */
async function shown(controlPlane: ControlPlane): Promise<string> {
  const types = (await kubectl(controlPlane, 'api-resources', '--verbs=list', '-o', 'name'))
    .trim()
    .split('\n')
  const listed = types.filter((type) => !CHANGING.includes(type))
  const objects = await kubectl(controlPlane, 'get', listed.join(), '-A', '-o', 'json')
  return `${types}\n${objects.replaceAll(/ *"(resourceVersion|generation)": .*\n/g, '')}`
}

test.serial('what was lent is as it was when it is lent again, whatever was done to it', async (t) => {
  const first = await pool.lend({ controllers: true })
  const before = reach(first.access)
  await first.end({ reuse: true }) // controllers make service accounts
  const { controlPlane, access, end } = await lend(t)
  t.is(access.server, before.server)
  const original = await shown(controlPlane)

  await apply(controlPlane, documents(namespace('full'), definition('chats', 'Chat')))
  await kubectl(controlPlane, 'wait', '--for=condition=Established', 'crd/chats.e2e.dev')
  await apply(
    controlPlane,
    documents(custom('Chat', 'full', 'one'), configMap('full', 'one', {}), deployment('default', 'web')),
  )
  await kubectl(controlPlane, 'label', 'namespace', 'default', 'changed=yes')
  await kubectl(controlPlane, 'delete', 'clusterrole', 'view')
  await kubectl(controlPlane, 'expose', 'deployment', 'web', '--port=80')
  t.not(await shown(controlPlane), original)
  await end({ reuse: true })

  const again = await lend(t)
  t.is(again.access.server, access.server)
  t.is(await shown(again.controlPlane), original)
  const { stderr } = await again.controlPlane.kubectl(['get', 'chats', '-A'])
  t.regex(stderr, /doesn't have a resource type/)
  const since = new Date(0)
  const writes = await again.controlPlane.writes({ since })
  t.deepEqual(writes, [])
})

test.serial('kinds, objects and namespaces of a name come back as new ones', async (t) => {
  const uids = new Set<string>()
  for (let round = 0; round < 3; round++) {
    const { controlPlane, end } = await lend(t, { controllers: round !== 1 })
    await apply(controlPlane, documents(namespace('same'), definition('chats', 'Chat')))
    await kubectl(controlPlane, 'wait', '--for=condition=Established', 'crd/chats.e2e.dev')
    await apply(controlPlane, custom('Chat', 'same', 'one', round))
    await apply(controlPlane, deployment('same', 'web', 3))
    const chat = await liveWhen(controlPlane, 'same', 'chat/one')
    t.like(chat, { spec: { size: round } })
    uids.add(chat.metadata.uid)
    if (round !== 1)
      await until('all Pods', async () => (await liveAll(controlPlane, 'same', 'pods', '')).length === 3)
    await end({ reuse: true })
  }
  t.is(uids.size, 3)
})

test.serial('two that are lent at a time are two, and one that is not to be reused is gone', async (t) => {
  const [one, two] = [await lend(t), await lend(t)]
  t.not(one.access.server, two.access.server)
  await one.end({ reuse: false })
  await t.throwsAsync(fetch(one.access.server))
  t.is(await live(two.controlPlane, 'default', 'configmap/none'), undefined)
})
