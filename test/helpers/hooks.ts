/** Label of the Jobs of hooks: the id of the installation. */
export const RUN_FOR = 'reeve.dev/run-for'

/** A Job that Git declares as a hook. */
export function hook(
  namespace: string,
  name: string,
  events: string,
  image = 'job:1',
  annotations: Readonly<Record<string, string>> = {},
): string {
  const pod = { restartPolicy: 'Never', containers: [{ name: 'run', image }] }
  return `${JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, annotations: { 'reeve.dev/hook': events, ...annotations } },
    spec: { backoffLimit: 0, template: { spec: pod } },
  })}\n`
}
