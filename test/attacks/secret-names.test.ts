import test from 'ava'
import { chartWith, withSecrets } from './derived-secrets.ts'

const SECRET = { password: 'tr0ub4dorxkcd', url: 'postgres://web:hunter2@postgres:5432/web' }
/** Stand-ins make the chart fail, so that there is nothing to compare with. */
const BLIND = '{{ if ne .Values.password "tr0ub4dorxkcd" }}{{ fail "x" }}{{ end }}\n'

const objectsNamed = (...names: readonly string[]) =>
  names.map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${name}"}\n---\n`).join('')
const each = (name: string) =>
  `{{ range $i, $c := splitList "" .Values.password }}\n${objectsNamed(name)}{{ end }}`
const inThrees = (name: string) => `{{ range $i := until 4 }}\n${objectsNamed(name)}{{ end }}`
const PART = '{{ substr (mul $i 3 | int) (add (mul $i 3) 3 | int) $.Values.password }}'

for (const [what, text] of Object.entries({
  'by a character each': BLIND + each('c{{ $i }}-{{ $c }}'),
  'by a character each, without a separator': BLIND + each('c{{ $i }}{{ $c }}'),
  'by a character each, backwards': BLIND + each('c{{ sub 20 $i }}-{{ $c }}'),
  'by five characters each':
    BLIND + objectsNamed('p-{{ substr 0 5 .Values.password }}', 'q-{{ substr 5 10 .Values.password }}'),
  'by base32': BLIND + objectsNamed('h-{{ b32enc .Values.password | lower | replace "=" "" }}'),
  'by three characters beside what is made up': inThrees(`j{{ $i }}-{{ randAlphaNum 8 | lower }}-${PART}`),
  'by three characters before what is made up': inThrees(`${PART}-{{ randAlphaNum 8 | lower }}-x{{ $i }}`),
  'by a character each beside what is made up': each('j{{ $i }}-{{ randAlphaNum 8 | lower }}-{{ $c }}'),
}))
  test(`objects do not spell a secret ${what}`, async (t) => {
    const installation = await withSecrets(SECRET, chartWith({ 'x.yaml': text }))
    const codes = new Set(installation.faults.map(({ code }) => code))
    t.deepEqual([...codes], ['secret-name'])
    t.deepEqual(
      installation.objects.filter(({ object }) => object.kind === 'ConfigMap'),
      [],
    )
  })

for (const [what, text] of Object.entries({
  'where there is nothing to compare with':
    BLIND + objectsNamed('web', 'web-config', 'web-db', 'db-5432', 'a', 'b'),
  'where others are there for the real value alone':
    `{{ if eq .Values.password "tr0ub4dorxkcd" }}\n${objectsNamed('a')}{{ end }}` +
    objectsNamed('postgres-a', 'postgres-b', 'web'),
  'where names are made up': objectsNamed(
    'web-{{ randAlphaNum 8 | lower }}',
    'x-{{ randAlphaNum 8 | lower }}-web',
    'y-{{ randAlphaNum 8 | lower }}-postgres',
    'z-{{ randAlphaNum 8 | lower }}-postgres',
  ),
}))
  test(`ordinary names are no fault ${what}`, async (t) => {
    const installation = await withSecrets(SECRET, chartWith({ 'x.yaml': text }))
    t.deepEqual(installation.faults, [])
  })
