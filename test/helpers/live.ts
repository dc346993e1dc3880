import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { until } from './until.ts'

type Cluster = Pick<ControlPlane, 'kubectl'>

/** An object as kubectl shows it; undefined where there is none. */
export async function live(
  { kubectl }: Cluster,
  namespace: string,
  what: string,
): Promise<LiveObject | undefined> {
  const { stdout } = await kubectl(['-n', namespace, 'get', what, '-o', 'json', '--ignore-not-found'])
  return stdout === '' ? undefined : JSON.parse(stdout)
}

/** Resolves with the object when it is there and fits. */
export function liveWhen(
  cluster: Cluster,
  namespace: string,
  what: string,
  fits: (object: LiveObject) => boolean = () => true,
  within?: number,
): Promise<LiveObject> {
  const look = async () => {
    const object = await live(cluster, namespace, what)
    return object !== undefined && fits(object) ? object : undefined
  }
  return until(`${what} in ${namespace}`, look, within) as Promise<LiveObject>
}

export function goneWhen(cluster: Cluster, namespace: string, what: string): Promise<boolean> {
  return until(`${what} to go`, async () => (await live(cluster, namespace, what)) === undefined)
}

/** Runs kubectl with an input, and rejects where it fails. */
export async function apply({ kubectl }: Cluster, manifest: string, ...more: string[]): Promise<void> {
  const { code, stderr } = await kubectl(['apply', '-f', '-', ...more], { input: manifest })
  if (code !== 0) throw new Error(stderr)
}

/** Runs kubectl, and rejects where it fails. */
export async function kubectl(cluster: Cluster, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args)
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}
