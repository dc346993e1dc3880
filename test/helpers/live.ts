import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { type ApiServer, apiGet } from './api-get.ts'
import { resourcePath } from './resource-path.ts'
import { until } from './until.ts'

type Kubectl = Pick<ControlPlane, 'kubectl'>

/**
 * An object as `kubectl get TYPE/NAME -o json` shows it, without its managedFields; undefined where there is
 * none. By a plain request: a process takes a hundred times as long, and this is what tests wait with.
 */
export async function live(api: ApiServer, namespace: string, what: string): Promise<LiveObject | undefined> {
  const [type = '', name] = what.split('/')
  const path = await resourcePath(api, namespace, type)
  if (path === undefined) return undefined
  const { code, body } = await apiGet(api, `${path}/${name}`)
  if (code === 404) return undefined
  if (code !== 200) throw new Error(`${what}: ${code} ${body}`)
  const { metadata, ...object } = JSON.parse(body)
  const { managedFields: _, ...shown } = metadata
  return { ...object, metadata: shown }
}

/** The objects of a type that a label selector selects; none where the type is not served. */
export async function liveAll(
  api: ApiServer,
  namespace: string,
  type: string,
  labelSelector: string,
): Promise<readonly LiveObject[]> {
  const path = await resourcePath(api, namespace, type)
  if (path === undefined) return []
  const { code, body } = await apiGet(api, `${path}?${new URLSearchParams({ labelSelector })}`)
  if (code === 404) return [] // no longer served
  if (code !== 200) throw new Error(`${type}: ${code} ${body}`)
  return JSON.parse(body).items
}

/** Resolves with the object when it is there and fits. */
export function liveWhen(
  api: ApiServer,
  namespace: string,
  what: string,
  fits: (object: LiveObject) => boolean = () => true,
  within?: number,
): Promise<LiveObject> {
  const look = async () => {
    const object = await live(api, namespace, what).catch(whileAway)
    return object !== undefined && fits(object) ? object : undefined
  }
  return until(`${what} in ${namespace}`, look, within) as Promise<LiveObject>
}

/** Resolves when the API server says that there is no such object. */
export function goneWhen(api: ApiServer, namespace: string, what: string): Promise<boolean> {
  const look = () => live(api, namespace, what).then((object) => object === undefined, whileAway)
  return until(`${what} to go`, async () => (await look()) === true)
}

/** An API server that is stopped, or starts again, is waited for. */
function whileAway(error: unknown): undefined {
  if (!(error instanceof Error)) throw error
}

/** Runs kubectl with an input, and rejects where it fails. */
export async function apply({ kubectl }: Kubectl, manifest: string, ...more: string[]): Promise<void> {
  const { code, stderr } = await kubectl(['apply', '-f', '-', ...more], { input: manifest })
  if (code !== 0) throw new Error(stderr)
}

/** Runs kubectl, and rejects where it fails. */
export async function kubectl(cluster: Kubectl, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args)
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}
