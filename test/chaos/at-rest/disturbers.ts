import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'

/** What undoes each write to a ConfigMap as soon as it sees it. */
export interface Disturber extends AsyncDisposable {
  readonly count: number
}

interface Target {
  readonly namespace: string
  readonly name: string
}

/** Delay between two looks, in milliseconds. */
const LOOK_EVERY_MS = 50

/** Deletes it whenever it is there. */
export function startDeleter(client: ClusterClient, target: Target): Disturber {
  return start(client, target, async (live) => {
    await client.delete(CONFIG_MAPS, keyOf(target), { uid: live.metadata.uid })
    return true
  })
}

/** Sets `data.owner` whenever it is another. */
export function startFlipper(client: ClusterClient, target: Target): Disturber {
  return start(client, target, async (live) => {
    if ((live.data as { readonly owner?: string } | undefined)?.owner === 'me') return false
    await client.patch(CONFIG_MAPS, keyOf(target), [{ op: 'add', path: '/data', value: { owner: 'me' } }])
    return true
  })
}

function start(
  client: ClusterClient,
  target: Target,
  undo: (live: LiveObject) => Promise<boolean>,
): Disturber {
  const stop = new AbortController()
  let count = 0
  const run = async () => {
    for (; !stop.signal.aborted; await sleep(LOOK_EVERY_MS)) {
      const live = await client.get(CONFIG_MAPS, keyOf(target)).catch(() => undefined)
      if (live !== undefined && (await undo(live).catch(() => false))) count++
    }
  }
  const done = run()
  return {
    get count() {
      return count
    },
    [Symbol.asyncDispose]: () => {
      stop.abort()
      return done
    },
  }
}

function keyOf({ namespace, name }: Target) {
  return { group: '', kind: 'ConfigMap', namespace, name }
}
