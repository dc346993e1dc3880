/** A hook of the chart charts/web: a Job that each release runs before the rest. */
export const MIGRATE_HOOK = {
  'charts/web/templates/migrate.yaml': [
    'apiVersion: batch/v1',
    'kind: Job',
    'metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}',
    'spec:',
    '  backoffLimit: 0',
    '  template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "web:{{ .Values.tag }}"}]}}',
    '',
  ].join('\n'),
}
