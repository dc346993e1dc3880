import { rm } from 'node:fs/promises'
import type { ExecutionContext } from 'ava'
import { leaseName } from '../../src/model/lease-name.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { startCountingProxy } from '../helpers/counting-proxy.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { kubectl } from '../helpers/live.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'

/** A fleet whose Reeve is killed in place of a write to the namespace of its name. */
export interface KilledReeve extends AsyncDisposable {
  readonly fleet: Fleet
  /** Starts the first Reeve. */
  start(): void
  /**
   * Has Reeve killed in place of the write that follows so many others after a push, and starts another one. Every
   * second time it has to do without the data of the first.
   */
  killedAt(step: number, push: () => Promise<unknown>): Promise<ReeveProcess>
  /** Stops the Reeve that runs. */
  stop(): Promise<void>
}

export async function startKilledReeve(
  t: ExecutionContext,
  controlPlane: ControlPlane,
  name: string,
): Promise<KilledReeve> {
  await using opening = new AsyncDisposableStack()
  let writes: string[] = []
  let killAt = Number.POSITIVE_INFINITY
  let reeve: ReeveProcess | undefined
  const proxy = opening.use(
    await startCountingProxy(controlPlane, {
      name,
      mishap: ({ method, path }) => {
        if (method === 'GET' || !path.includes(`/namespaces/${name}/`)) return undefined
        if (writes.length >= killAt) {
          reeve?.signal('SIGKILL')
          return 404
        }
        writes.push(`${method} ${path.split('/').slice(-2).join('/')}`)
        return undefined
      },
    }),
  )
  const fleet = opening.use(await startFleet(proxy, { name }))
  const parts = opening.move()
  return {
    fleet,
    start() {
      reeve = fleet.run()
    },
    async killedAt(step, push) {
      writes = []
      killAt = step
      await push()
      await reeve?.exited
      killAt = Number.POSITIVE_INFINITY
      t.log(`killed after ${writes.length} writes: ${writes.join(', ')}`)
      t.is(writes.length, step)
      await kubectl(controlPlane, '-n', 'default', 'delete', 'lease', leaseName(name))
      if (step % 2 === 0) await rm(fleet.dataDir, { recursive: true, force: true })
      reeve = fleet.run()
      return reeve
    },
    async stop() {
      reeve?.signal('SIGTERM')
      await reeve?.exited
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
