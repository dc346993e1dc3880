import test from 'ava'
import { apiErrorOf } from '../../../src/adapters/cluster/api-error.ts'

const told = (message: string, secret = false) =>
  apiErrorOf(422, JSON.stringify({ kind: 'Status', reason: 'Invalid', message }), { secret }).message

test('the difference that the API server quotes of a Pod is cut, the sentence before and after stays', (t) => {
  const message = [
    'Pod "a" is invalid: [spec: Forbidden: pod updates may not change fields other than `spec.tolerations`',
    '@@ -13,7 +13,7 @@',
    '     {',
    '-     "Value": "hunter2",',
    '+     "Value": "(secret)",',
    '     }',
    ', spec.x: Forbidden: may not be changed]',
  ].join('\n')
  t.is(
    told(message),
    'Pod "a" is invalid: [spec: Forbidden: pod updates may not change fields other than `spec.tolerations`\n' +
      '(hidden)\n, spec.x: Forbidden: may not be changed]',
  )
})

test('so is a structure below a sentence, as older API servers quote it', (t) => {
  const sentence = 'PersistentVolumeClaim "a" is invalid: spec: Forbidden: spec is immutable after creation'
  const dump = [
    '',
    '  core.PersistentVolumeClaimSpec{',
    '  \t... // 2 identical fields',
    '- \tName: "hunter2",',
    '  }',
    '',
  ]
  t.is(told(sentence + dump.join('\n')), `${sentence}\n(hidden)`)
  const nonBreaking = dump.join('\n').replaceAll('  ', '\u00a0\u00a0')
  t.is(told(sentence + nonBreaking), `${sentence}\n(hidden)`)
})

for (const dump of [
  'core.PodSpec{Volumes:[]core.Volume{}, Env:"hun}ter2"}',
  '&v1.ConfigMap{Data:map[string]string{"a":"hunter2"}}',
  '[]v1.EnvVar{v1.EnvVar{Name:"A", Value:"hunter2"}}',
  'map[string]string{"a":"hunter2"}',
  'map[a:hunter2 b:map[c:hunter2]]',
  '&{hunter2 {a}}',
])
  test(`of a message with ${dump} the sentence stays`, (t) => {
    t.is(
      told(`spec: Forbidden: was ${dump}, may not change`),
      'spec: Forbidden: was (hidden), may not change',
    )
  })

test('a difference is cut from what a webhook says, and a list of reasons is not', (t) => {
  const list =
    'admission webhook "a" denied the request:\n\n- add a label\n- use no latest tag\n\npolicy:\n  rule: no'
  t.is(told(list), list)
  t.is(told('denied:\n  a: b\n- c: hunter2\n+ c: d\nsee the manual'), 'denied:\n(hidden)\nsee the manual')
  t.is(told('denied: @@ -1,2 +1,2 @@ - hunter2'), 'denied: (hidden)')
})

test('a name that is not found is a value', (t) => {
  t.is(told('spec.volumes[0].name: Not found: "hunter2"', true), 'spec.volumes[0].name: Not found: (hidden)')
})
