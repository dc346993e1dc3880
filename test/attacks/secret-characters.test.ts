import test from 'ava'
import { chartWith, shownOf, withSecrets } from './derived-secrets.ts'

const FORMS = `apiVersion: v1
kind: ConfigMap
metadata: {name: forms}
data:
  base64: {{ .Values.password | b64enc }}
  digest: {{ sha256sum .Values.password }}
  hex: {{ printf "%x" .Values.password | quote }}
`

for (const [what, password] of Object.entries({
  emoji: '🔥💧🌍🌬🔥💧',
  currencies: '€€££¥¥§§',
  'digits of another script': '٠١٢٣٤٥٦٧',
  'characters that do not show': '\u200b\u200c\u200d\u200b\u200c',
  'private characters': '\ue000\ue001\ue002\ue003\ue004',
  spaces: '    \t  \t\t ',
  separators: ':,:,:,,::',
  'a default of a reference': '${values.none:-hunter2hunter2}',
}))
  test(`no form of a secret is shown that is made of ${what}`, async (t) => {
    const installation = await withSecrets({ password }, chartWith({ 'x.yaml': FORMS }))
    t.deepEqual(installation.faults, [])
    const { objects } = shownOf(installation)
    const data = objects.find(({ kind }) => kind === 'ConfigMap')?.data ?? {}
    t.deepEqual([...new Set(Object.values(data))], ['(secret)'])
  })
