/** A Helm chart of four small objects, a group, and so many installations of a few lines each. */
export function chartFleet(installations: number): Readonly<Record<string, string>> {
  const numbers = Array.from({ length: installations }, (_, index) => index)
  return {
    'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
    'charts/app/values.yaml': 'color: grey\nreplicas: 1\n',
    ...Object.fromEntries(PARTS.map((part) => [`charts/app/templates/${part}.yaml`, templateOf(part)])),
    'groups.yaml': document(
      'InstallationGroup',
      'all',
      `{template: {path: charts/app}, version: "1.0", namespace: ${CHART_NAMESPACE}}`,
    ),
    ...Object.fromEntries(numbers.map((number) => [chartFile(number), chartInstallation(number, 'grey')])),
  }
}

/** All of them are in one namespace. */
export const CHART_NAMESPACE = 'charts'
const PARTS = ['settings', 'texts', 'flags', 'limits'] as const

export function chartFile(number: number): string {
  return `fleet/${nameOf(number)}.yaml`
}

export function chartInstallation(number: number, color: string): string {
  return document('Installation', nameOf(number), `{group: all, values: {color: ${color}}}`)
}

/** The ConfigMap of an installation that shows its colour. */
export function chartObject(number: number): string {
  return `${nameOf(number)}-${PARTS[0]}`
}

function nameOf(number: number): string {
  return `chart-${String(number).padStart(4, '0')}`
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
}

function templateOf(part: string): string {
  return [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    `  name: {{ .Release.Name }}-${part}`,
    '  labels: {app.kubernetes.io/instance: {{ .Release.Name }}}',
    'data:',
    '  color: {{ .Values.color | quote }}',
    '  replicas: {{ .Values.replicas | quote }}',
    '',
  ].join('\n')
}
