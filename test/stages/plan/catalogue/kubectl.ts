import { gvkOf, type KubernetesObject } from '../../../../src/model/object.ts'
import type { Bed } from './bed.ts'

/** How kubectl applies: by its own three-way merge, or by leaving that to the server. */
export type Style = 'client-side' | 'server-side'

const FLAGS = { 'client-side': [], 'server-side': ['--server-side', '--force-conflicts'] } as const

/** `kubectl apply` of many objects at once. Gives those that were applied; the others were refused. */
export async function kubectlApply<T extends KubernetesObject>(
  bed: Bed,
  objects: readonly T[],
  style: Style,
): Promise<ReadonlySet<T>> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { stdout } = await bed.controlPlane.kubectl(
    ['apply', '-f', '-', '-o', 'name', '--validate=false', ...FLAGS[style]],
    { input },
  )
  const applied = new Set(stdout.split('\n'))
  return new Set(objects.filter((object) => applied.has(nameOf(object))))
}

/** As `-o name` writes it: `deployment.apps/web`. */
function nameOf(object: KubernetesObject): string {
  const { group, kind } = gvkOf(object)
  return `${[kind, group].filter(Boolean).join('.').toLowerCase()}/${object.metadata.name}`
}
