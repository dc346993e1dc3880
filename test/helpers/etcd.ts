import { cp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'

type Etcd = Pick<ControlPlane, 'etcdSocket'>

/** Has etcd forget all but the newest version of everything; gives the revision as of which. */
export async function compact(etcd: Etcd): Promise<string> {
  const { header } = await ask(etcd, '/v3/kv/range', { key: 'AA==' })
  await ask(etcd, '/v3/kv/compaction', { revision: header.revision, physical: true })
  return header.revision
}

/** Stops everything for a moment and copies what etcd holds. */
export async function backUp({ whileStopped }: Pick<ControlPlane, 'whileStopped'>): Promise<void> {
  await whileStopped((data) => cp(data, `${data}.backup`, { recursive: true }))
}

/** Brings everything back to the backup: resourceVersions begin again where they were then. */
export async function restore({ whileStopped }: Pick<ControlPlane, 'whileStopped'>): Promise<void> {
  await whileStopped(async (data) => {
    await rm(data, { recursive: true })
    await cp(`${data}.backup`, data, { recursive: true })
  })
}

interface Answer {
  readonly header: { readonly revision: string }
}

/** By the JSON that etcd speaks beside gRPC (etcd, "gRPC gateway"). */
function ask({ etcdSocket }: Etcd, path: string, body: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'localhost', 'content-type': 'application/json' }
    const asked = request({ socketPath: etcdSocket, path, method: 'POST', headers }, async (response) => {
      const answer = await text(response)
      if (response.statusCode === 200) resolve(JSON.parse(answer) as Answer)
      else reject(new Error(`etcd: ${answer}`))
    })
    asked.on('error', reject).end(JSON.stringify(body))
  })
}
