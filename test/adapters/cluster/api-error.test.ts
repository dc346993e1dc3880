import test from 'ava'
import { apiErrorOf } from '../../../src/adapters/cluster/api-error.ts'

const status = (fields: object) => JSON.stringify({ kind: 'Status', status: 'Failure', ...fields })

test('a Status tells code, reason, message, causes and how long to wait', (t) => {
  const causes = [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' }]
  const error = apiErrorOf(
    422,
    status({
      code: 422,
      reason: 'Invalid',
      message: 'it is invalid',
      details: { causes, retryAfterSeconds: 3 },
    }),
  )
  t.is(error.code, 422)
  t.is(error.reason, 'Invalid')
  t.is(error.message, 'it is invalid')
  t.deepEqual(error.causes, causes)
  t.is(error.retryAfterSeconds, 3)
})

test('the Retry-After header comes before the Status', (t) => {
  t.is(apiErrorOf(429, 'slow down', { retryAfter: '7' }).retryAfterSeconds, 7)
  t.is(apiErrorOf(429, '', { retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }).retryAfterSeconds, undefined)
})

for (const body of [
  '',
  '<html>Bad Gateway</html>',
  '[]',
  'null',
  '{"message":{}}',
  '{"details":{"causes":[null,1]}}',
]) {
  test(`a body that is no Status is survived: ${body}`, (t) => {
    const error = apiErrorOf(502, body)
    t.is(error.code, 502)
    t.is(error.message, 'HTTP status 502')
    t.deepEqual(error.causes, [])
  })
}

test('an error about a Secret quotes no value', (t) => {
  const message =
    'Secret "b" is invalid: data[k]: Invalid value: "hunter2 \\"x\\"": no, type: Unsupported value: hunter2'
  const error = apiErrorOf(422, status({ message, details: { causes: [{ message }] } }), { secret: true })
  t.notRegex(JSON.stringify([error.message, error.causes]), /hunter2/)
  t.is(
    error.message,
    'Secret "b" is invalid: data[k]: Invalid value: (hidden): no, type: Unsupported value: (hidden)',
  )
})

test('short values of other kinds are quoted, whole objects are not', (t) => {
  const message = (value: string) => `patch: Invalid value: ${JSON.stringify(value)}: unknown field "foo"`
  t.is(apiErrorOf(422, status({ message: message('tru') })).message, message('tru'))
  const whole = apiErrorOf(422, status({ message: message('{"a":"b"}'.repeat(100)) }))
  t.is(whole.message, 'patch: Invalid value: (hidden): unknown field "foo"')
})

test('an object that is quoted as JSON or in Go is left out as a whole, and what follows stays', (t) => {
  const dump = `{"labels":{"a:b":"c\\"}]"},"Spec":{"Containers":[{"Name":"x: y"}],"Image":"${'i'.repeat(200)}"}}`
  for (const value of [dump, `core.PodTemplateSpec${dump}`, `[${dump}]`]) {
    const message = `Job.batch "x" is invalid: spec.template: Invalid value: ${value}: field is immutable`
    t.is(
      apiErrorOf(422, status({ message })).message,
      'Job.batch "x" is invalid: spec.template: Invalid value: (hidden): field is immutable',
    )
  }
})

test('a message of any length is cut', (t) => {
  t.true(apiErrorOf(500, status({ message: 'x'.repeat(1_000_000) })).message.length < 2100)
})
