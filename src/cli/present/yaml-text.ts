import { dump } from 'js-yaml'
import { APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../model/labels.ts'
import type { KubernetesObject, ObjectMeta } from '../../model/object.ts'
import type { Sensitive } from '../../model/sensitive.ts'
import { redactedObject } from '../../stages/plan/describe/redact.ts'

const OWN = [APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL]

/**
 * The object as lines of YAML, without its title's apiVersion, kind, name and namespace and without Reeve's
 * own labels and annotation. Values of Secrets are redacted.
 */
export function yamlOf(object: KubernetesObject, width: number, sensitive?: Sensitive): readonly string[] {
  const { apiVersion: _, kind: __, metadata, ...rest } = redactedObject(object, sensitive)
  const shown = { ...metadataShown(metadata), ...rest }
  return Object.keys(shown).length === 0
    ? []
    : dump(shown, { noRefs: true, lineWidth: Math.max(40, width) })
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
  const entries = Object.entries(map ?? {}).filter(([key]) => !OWN.includes(key))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
