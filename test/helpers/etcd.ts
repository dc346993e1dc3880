import { cp, rm } from 'node:fs/promises'
import type { OwnControlPlane } from '../../src/sandbox/control-plane.ts'
import { EtcdClient } from './etcd-client.ts'

/** Has etcd forget all but the newest version of everything; gives the revision as of which. */
export async function compact({ etcdSocket }: Pick<OwnControlPlane, 'etcdSocket'>): Promise<string> {
  using etcd = new EtcdClient(etcdSocket)
  const revision = await etcd.revision()
  await etcd.compact(revision)
  return revision
}

/** Stops everything for a moment and copies what etcd holds. */
export async function backUp({ whileStopped }: Pick<OwnControlPlane, 'whileStopped'>): Promise<void> {
  await whileStopped((data) => cp(data, `${data}.backup`, { recursive: true }))
}

/** Brings everything back to the backup: resourceVersions begin again where they were then. */
export async function restore({ whileStopped }: Pick<OwnControlPlane, 'whileStopped'>): Promise<void> {
  await whileStopped(async (data) => {
    await rm(data, { recursive: true })
    await cp(`${data}.backup`, data, { recursive: true })
  })
}
