import type { KubernetesObject, ObjectMeta } from '../../../model/object.ts'
import { BOOKKEEPING } from '../bookkeeping.ts'
import { dumpYaml } from './dump-yaml.ts'

/**
 * The object as lines of YAML, without its title's apiVersion, kind, name and namespace and without Reeve's
 * own labels and annotation.
 */
export function yamlOf(object: KubernetesObject, width: number): readonly string[] {
  const { apiVersion: _, kind: __, metadata, ...rest } = object
  const shown = { ...metadataShown(metadata), ...rest }
  return Object.keys(shown).length === 0
    ? []
    : dumpYaml(shown, { lineWidth: Math.max(40, width) })
        .trimEnd()
        .split('\n')
}

function metadataShown({ name: _, namespace: __, ...meta }: ObjectMeta): { readonly metadata?: object } {
  const labels = without(meta.labels)
  const annotations = without(meta.annotations)
  const { labels: _labels, annotations: _annotations, ...others } = meta
  const shown = { ...(labels && { labels }), ...(annotations && { annotations }), ...others }
  return Object.keys(shown).length === 0 ? {} : { metadata: shown }
}

function without(map: Readonly<Record<string, string>> | undefined): object | undefined {
  const entries = Object.entries(map ?? {}).filter(([key]) => !BOOKKEEPING.has(key))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
