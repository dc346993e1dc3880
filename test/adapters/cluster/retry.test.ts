import test from 'ava'
import { ApiError, ConnectionError } from '../../../src/adapters/cluster/api-error.ts'
import { backoff, delayBefore, retry } from '../../../src/adapters/cluster/retry.ts'

const error = (code: number, retryAfterSeconds?: number) =>
  new ApiError({ code, reason: '', message: '', retryAfterSeconds })

const failing = (times: number, thrown: unknown) => {
  let tries = 0
  return async () => {
    if (++tries <= times) throw thrown
    return tries
  }
}

for (const thrown of [
  error(429),
  error(500),
  error(502),
  error(503),
  error(504),
  new ConnectionError('', undefined),
]) {
  test(`${thrown.name} ${thrown.code} is tried again`, async (t) => {
    t.is(await retry(failing(2, thrown), { deadline: 5_000 }), 3)
  })
}

for (const code of [400, 401, 403, 404, 409, 410, 422]) {
  test(`status ${code} is an answer and not tried again`, async (t) => {
    await t.throwsAsync(retry(failing(1, error(code)), { deadline: 5_000 }), { code })
  })
}

test('what is no error of the API is not tried again', async (t) => {
  await t.throwsAsync(retry(failing(1, new TypeError('a bug')), { deadline: 5_000 }), { message: 'a bug' })
})

test('the deadline ends it with the last error', async (t) => {
  const start = performance.now()
  await t.throwsAsync(retry(failing(1000, error(503)), { deadline: 300 }), { code: 503 })
  t.true(performance.now() - start < 400)
})

test('Retry-After is waited for', (t) => {
  t.true((delayBefore(error(429, 2), 1) ?? 0) >= 2000)
  t.true((delayBefore(error(429), 1) ?? 0) <= 100)
})

test('an internal error is not insisted on', (t) => {
  t.not(delayBefore(error(500), 4), undefined)
  t.is(delayBefore(error(500), 5), undefined)
})

test('a webhook that fails is tried once more', (t) => {
  const message =
    'Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: EOF'
  const failed = new ApiError({ code: 500, reason: 'InternalError', message })
  t.not(delayBefore(failed, 1), undefined)
  t.is(delayBefore(failed, 2), undefined)
})

test('an internal error of a server that took long for it is not tried again', async (t) => {
  let tries = 0
  const attempt = () => {
    tries++
    return Promise.reject(error(500))
  }
  await t.throwsAsync(retry(attempt, { deadline: 5_000, took: () => 10_000 }), { code: 500 })
  t.is(tries, 1)
})

test('each further attempt is told', async (t) => {
  let told = 0
  const onRetry = () => {
    told++
  }
  await retry(failing(2, error(503)), { deadline: 5_000, onRetry })
  t.is(told, 2)
})

test('the delay grows and stays below five seconds', (t) => {
  const most = (tries: number) => Math.max(...Array.from({ length: 1000 }, () => backoff(tries)))
  t.true(most(1) <= 100)
  t.true(most(3) > 200 && most(3) <= 400)
  t.true(most(20) <= 5_000)
})

test('an abort ends the wait at once', async (t) => {
  const signal = AbortSignal.timeout(50)
  await t.throwsAsync(retry(failing(1000, error(429, 60)), { deadline: 600_000, signal }))
})

for (const message of [
  'etcdserver: request is too large',
  'trying to send message larger than max (2 vs. 1)',
])
  test(`${message} is not tried again: it stays too large`, (t) => {
    t.is(delayBefore(new ApiError({ code: 500, reason: 'InternalError', message }), 1), undefined)
  })
