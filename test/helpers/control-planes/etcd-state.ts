import type { Entry, EtcdClient, KeyRange } from '../etcd-client.ts'

/** All that Kubernetes keeps in etcd, by key. */
export type EtcdState = ReadonlyMap<string, Entry>

const EVERYTHING: KeyRange = { key: '/registry/', end: '/registry0' }

// The API server writes these every few seconds, to say that it is there.
const HEARTBEATS = [
  '/registry/masterleases/',
  '/registry/peerserverleases/',
  '/registry/leases/kube-system/apiserver-',
]

export async function readState(etcd: EtcdClient): Promise<EtcdState> {
  return byKey(await etcd.entries(EVERYTHING))
}

/** What it takes to bring etcd back to a state. */
export interface Difference {
  readonly added: readonly KeyRange[]
  /** Changed or deleted since. */
  readonly changed: readonly Entry[]
}

/** Only keys and revisions are read: what was not written since is as it was. */
export async function compareWith(state: EtcdState, etcd: EtcdClient): Promise<Difference> {
  const now = await etcd.entries(EVERYTHING, { keysOnly: true })
  const revisions = byKey(now)
  return {
    added: rangesOfAdded(now, state),
    changed: [...state.values()].filter(({ key, revision }) => revisions.get(key)?.revision !== revision),
  }
}

export function isEmpty({ added, changed }: Difference): boolean {
  return added.length === 0 && changed.length === 0
}

/** Undoes a difference. @returns the state, with the revisions in which it was written */
export async function undo(
  { added, changed }: Difference,
  state: EtcdState,
  etcd: EtcdClient,
): Promise<EtcdState> {
  for (const range of added) await etcd.delete(range)
  const restored = new Map(state)
  for (const entry of changed) restored.set(entry.key, { ...entry, revision: await etcd.put(entry) })
  return restored
}

function byKey(entries: readonly Entry[]): EtcdState {
  return new Map(entries.filter(({ key }) => !isHeartbeat(key)).map((entry) => [entry.key, entry]))
}

/** Neighbours that were added go as one range. The entries come sorted by key. */
function rangesOfAdded(entries: readonly Entry[], state: EtcdState): readonly KeyRange[] {
  const ranges: { key: string; end: string }[] = []
  let isNeighbour = false
  for (const { key } of entries) {
    const isAdded = !state.has(key) && !isHeartbeat(key)
    const end = `${key}\0`
    const last = ranges.at(-1)
    if (isAdded && isNeighbour && last) last.end = end
    else if (isAdded) ranges.push({ key, end })
    isNeighbour = isAdded
  }
  return ranges
}

function isHeartbeat(key: string): boolean {
  return HEARTBEATS.some((prefix) => key.startsWith(prefix))
}
