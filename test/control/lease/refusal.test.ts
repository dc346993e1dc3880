import test from 'ava'
import { ApiError } from '../../../src/adapters/cluster/api-error.ts'
import { isRefused } from '../../../src/control/lease/lease-api.ts'
import { refusalIn } from '../../../src/control/lease/refusal.ts'

const answer = (code: number, message: string) => new ApiError({ code, reason: '', message })

test('the webhook or policy that refuses is named by the message of the API server', (t) => {
  const cases: readonly (readonly [message: string, by: string | undefined, name?: string])[] = [
    [
      'Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: Post "https://x": EOF',
      'webhook',
      'a.example.com',
    ],
    ['admission webhook "b.example.com" denied the request: no', 'webhook', 'b.example.com'],
    [
      "leases.coordination.k8s.io \"r\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'q' denied request: no",
      'policy',
      'p',
    ],
    ['leases.coordination.k8s.io "r" is forbidden: exceeded quota: none', undefined],
  ]
  for (const [message, by, name] of cases) t.deepEqual(refusalIn(answer(500, message)), by && { by, name })
})

test('only missing rights, and an API without Leases, are a reason to go on without one', (t) => {
  const cases: readonly (readonly [code: number, message: string, isRefused: boolean])[] = [
    [
      403,
      'leases.coordination.k8s.io "r" is forbidden: User "u" cannot get resource "leases" in API group',
      true,
    ],
    [403, 'leases.coordination.k8s.io "r" is forbidden: exceeded quota: none', false],
    [403, 'admission webhook "b.example.com" denied the request: no', false],
    [404, 'the server could not find the requested resource', true],
    [500, 'Internal error occurred', false],
  ]
  for (const [code, message, expected] of cases) t.is(isRefused(answer(code, message)), expected, message)
})
