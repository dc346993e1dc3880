import test from 'ava'
import { isContained } from './is-contained.ts'

const CHARTS = 8

// Each takes 150 MiB, and keeps it while it works.
const HUNGRY = `{{- $kept := dict }}
{{- range $index := until 150 }}{{ $_ := set $kept (toString $index) (repeat 1048576 "a") }}{{ end }}
{{- range $index := until 3000 }}{{ $_ := sha256sum (index $kept "0") }}{{ end }}
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
`

test('eight charts at once that take 150 MiB each', async (t) => {
  const charts = Array.from({ length: CHARTS }, (_, index) => [
    [`charts/c${index}/Chart.yaml`, `apiVersion: v2\nname: c${index}\nversion: 1.0.0\n`],
    [`charts/c${index}/templates/config.yaml`, HUNGRY],
    [
      `fleet/c${index}.yaml`,
      `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: c${index}}\nspec: {template: {path: charts/c${index}}}\n`,
    ],
  ])
  const { stdout } = await isContained(t, Object.fromEntries(charts.flat()))
  t.is(stdout.match(/uses more than \d+ MiB of memory/g)?.length, CHARTS)
})
