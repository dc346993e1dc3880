import test from 'ava'
import { anyFault } from '../../../src/adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError } from '../../../src/adapters/cluster/api-error.ts'
import { FaultError, fault } from '../../../src/model/fault.ts'

const cases = [
  [
    'an answer of the API server',
    new ApiError({ code: 403, reason: 'Forbidden', message: 'no' }),
    'forbidden',
  ],
  ['no answer', new ConnectionError('broken', undefined), 'unavailable'],
  ['what was under way at the end', new DOMException('the client is closed', 'AbortError'), 'unavailable'],
  ['a fault', new FaultError(fault('git-no-branch', 'main')), 'git-no-branch'],
  ['anything else', new TypeError('undefined is not a function'), 'internal'],
] as const

for (const [what, error, code] of cases)
  test(`the fault of ${what} is ${code}`, (t) => {
    t.is(anyFault(error).code, code)
  })
