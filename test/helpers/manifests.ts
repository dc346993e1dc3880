/** A ConfigMap in YAML; `data` are its keys and values. */
export function configMap(namespace: string, name: string, data: Readonly<Record<string, string>>): string {
  return yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data })
}

export function namespace(name: string): string {
  return yaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}

/** A Deployment of one container, in YAML. */
export function deployment(namespace: string, name: string, replicas = 1): string {
  const labels = { app: name }
  return yaml({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    },
  })
}

/** A CustomResourceDefinition in the group e2e.dev with a `spec.size`, in YAML. */
export function definition(
  plural: string,
  kind: string,
  scope: 'Namespaced' | 'Cluster' = 'Namespaced',
  hasStatus = false,
): string {
  const spec = { type: 'object', properties: { size: { type: 'integer' } } }
  const status = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, ...(hasStatus && { status }) } } }
  return yaml({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.e2e.dev` },
    spec: {
      group: 'e2e.dev',
      scope,
      names: { kind, plural },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema,
          ...(hasStatus && { subresources: { status: {} } }),
        },
      ],
    },
  })
}

/** A custom resource of the group e2e.dev in YAML. */
export function custom(kind: string, namespace: string, name: string, size = 1): string {
  return yaml({ apiVersion: 'e2e.dev/v1', kind, metadata: { name, namespace }, spec: { size } })
}

/** Several documents in one file. */
export function documents(...texts: readonly string[]): string {
  return texts.join('---\n')
}

function yaml(object: object): string {
  return `${JSON.stringify(object, undefined, 2)}\n`
}
