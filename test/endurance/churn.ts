import { ClusterClient } from '../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../src/adapters/cluster/load-kube-config.ts'
import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { CONFIG_MAPS } from '../helpers/config-maps.ts'
import type { Files, Fleet } from '../helpers/fleet.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'
import { until } from '../helpers/until.ts'

const INSTALLATIONS = 20
/** Of these one object is deleted in each turn. */
const DELETED = 5
/** A turn's rounds of work: each installation's new commit and its drift, one that comes, one that goes. */
export const ROUNDS_A_TURN = 2 * INSTALLATIONS + 2

/**
 * Changes a fleet without end: installations, objects and fields come and go with each commit, so
 * that whatever is kept by a name or an id is kept for ever; then somebody else changes the cluster.
 */
export class Churn implements AsyncDisposable {
  readonly #fleet: Fleet
  readonly #namespace: string
  readonly #somebody: ClusterClient
  #turn = 0

  constructor(controlPlane: ControlPlane, fleet: Fleet, namespace: string) {
    this.#fleet = fleet
    this.#namespace = namespace
    this.#somebody = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig), {
      userAgent: 'somebody',
    })
  }

  /** One commit and one drift of everything; resolves when the cluster is as Git declares it. */
  async turn(reeve: ReeveProcess): Promise<void> {
    const turn = ++this.#turn
    await this.#fleet.push(this.#files(turn), 'Change everything\n\nReeve-Allow-Deletion: *')
    reeve.signal('SIGHUP')
    await this.#isAsDeclared(turn)
    await this.#drift(turn)
    await this.#isAsDeclared(turn)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#somebody[Symbol.asyncDispose]()
  }

  #files(turn: number): Files {
    const data = { [`key-${turn}`]: 'declared' }
    const objects = (name: string) =>
      documents(...namesIn(name, turn).map((object) => configMap(this.#namespace, object, data)))
    const lasting = lastingNames().map((name) => [`${name}/all.yaml`, objects(name)] as const)
    const gone = turn > 1 ? [[`passing-${turn - 1}`, undefined] as const] : []
    return Object.fromEntries([...lasting, [`passing-${turn}/all.yaml`, objects(`passing-${turn}`)], ...gone])
  }

  async #drift(turn: number): Promise<void> {
    const path = `/api/v1/namespaces/${this.#namespace}/configmaps`
    const body = JSON.stringify({ data: { [`key-${turn}`]: 'drifted' } })
    const contentType = 'application/merge-patch+json'
    const names = lastingNames()
    for (const name of names) await this.#somebody.raw('PATCH', `${path}/${name}`, { body, contentType })
    for (const name of names.slice(0, DELETED))
      await this.#somebody.raw('DELETE', `${path}/${name}-${turn}`, {})
  }

  #isAsDeclared(turn: number): Promise<true> {
    const wanted = [...lastingNames(), `passing-${turn}`].flatMap((name) => namesIn(name, turn)).sort()
    const look = async () => {
      const { items } = await this.#somebody.list(CONFIG_MAPS, { namespace: this.#namespace })
      const right = items.filter((object) => isOf(object, turn)).map(({ metadata }) => metadata.name)
      return items.length === wanted.length && right.sort().join() === wanted.join()
    }
    return until(`turn ${turn}`, look, 60_000)
  }
}

function lastingNames(): readonly string[] {
  return Array.from({ length: INSTALLATIONS }, (_, index) => `lasting-${index}`)
}

/** An installation's objects: one that stays, and one that is there for a turn only. */
function namesIn(installation: string, turn: number): readonly string[] {
  return [installation, `${installation}-${turn}`]
}

function isOf({ data }: LiveObject, turn: number): boolean {
  return JSON.stringify(data) === JSON.stringify({ [`key-${turn}`]: 'declared' })
}
