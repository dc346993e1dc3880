import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { NoAnswer, Probe, type ProbeOptions } from '../../src/adapters/probe/probe.ts'
import { addressRefusal } from '../../src/control/rollout/checks/allowed-address.ts'
import { askHttp } from '../../src/control/rollout/checks/ask-http.ts'
import { askPrometheus } from '../../src/control/rollout/checks/ask-prometheus.ts'
import { describeFault } from '../../src/model/fault.ts'
import type { HttpQuestion, PrometheusQuestion } from '../../src/model/rollout-check.ts'
import { serve } from '../helpers/serve.ts'

const SECRET = 'hunter2-of-the-inside'

function open(t: ExecutionContext, limits: ProbeOptions['limits'] = { totalMs: 60_000 }): Probe {
  const probe = new Probe({ limits })
  t.teardown(() => probe[Symbol.asyncDispose]())
  return probe
}

const http = (url: string, more: Partial<HttpQuestion> = {}): HttpQuestion => ({
  kind: 'http',
  url,
  status: 200,
  ...more,
})
const prometheus = (address: string): PrometheusQuestion => ({
  kind: 'prometheus',
  address,
  query: 'up',
  max: 1,
})

/** What both kinds of questions say to a server; the message of one that gets no answer. */
async function ask(t: ExecutionContext, url: string, limits?: ProbeOptions['limits']) {
  const probe = open(t, limits)
  const told = (error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error
    return { result: 'none', detail: error.message }
  }
  return await Promise.all([
    askHttp(http(url, { matches: 'well' }), probe).catch(told),
    askPrometheus(prometheus(url), probe).catch(told),
  ])
}

/** Writes until the other side is gone. */
function endless(chunk: string, onWritten: (bytes: number) => void): RequestListener {
  return async (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200)
    let isOpen = true
    response.on('close', () => {
      isOpen = false
    })
    while (isOpen) {
      onWritten(chunk.length)
      if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')])
      await nextTurn()
    }
  }
}

test('an endless answer is given up at a mebibyte', async (t) => {
  let written = 0
  const url = await serve(
    t,
    endless('well '.repeat(10_000), (bytes) => {
      written += bytes
    }),
  )
  for (const { result, detail } of await ask(t, url)) {
    t.is(result, 'none')
    t.is(detail, 'the answer has more than 1048576 bytes')
  }
  t.true(written < 32 << 20, `${written} bytes`)
})

test('an answer that trickles is given up in time, as is one that does not begin', async (t) => {
  const trickling = await serve(t, (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('w'), 20)
    response.on('close', () => clearInterval(timer))
  })
  const silent = await serve(t, () => {})
  for (const url of [trickling, silent])
    for (const { result, detail } of await ask(t, url, { totalMs: 500 })) {
      t.is(result, 'none')
      t.is(detail, 'timeout: not finished within 0.5 s')
    }
})

test('headers without an end are given up', async (t) => {
  const url = await serve(t, (_, response) => {
    for (let index = 0; index < 10_000; index += 1) response.setHeader(`x-${index}`, SECRET)
    response.end('well')
  })
  for (const { result, detail } of await ask(t, url)) {
    t.is(result, 'none')
    t.false(detail.includes(SECRET))
  }
})

for (const status of [301, 302, 303, 307, 308])
  test(`a redirect (${status}) leads to no other server, not even another port of it`, async (t) => {
    let asked = 0
    const inner = await serve(t, (_, response) => {
      asked += 1
      response.end(SECRET)
    })
    for (const location of [
      `${inner}/latest/meta-data`,
      inner.replace('http:', ''),
      'file:///etc/passwd',
      'http://[',
    ]) {
      const outer = await serve(t, (_, response) => {
        response.writeHead(status, { location })
        response.end()
      })
      for (const { result, detail } of await ask(t, outer)) {
        t.is(result, 'none')
        t.regex(detail, /^redirected to another server/)
      }
    }
    t.is(asked, 0)
  })

test('a redirect to itself ends', async (t) => {
  let asked = 0
  const url = await serve(t, ({ url: path = '' }, response) => {
    asked += 1
    response.writeHead(302, { location: path })
    response.end()
  })
  for (const { detail } of await ask(t, url)) t.is(detail, 'more than 3 redirects')
  t.is(asked, 8)
})

const lies: readonly (readonly [title: string, body: string])[] = [
  ['NaN', vector('NaN')],
  ['an empty vector', vector()],
  ['words', vector('well')],
  ['a text of numbers', '{"status":"success","data":{"resultType":"string","result":[1,"0"]}}'],
  ['no JSON', 'well'.slice(1)],
  ['half of it', vector('0').slice(0, -3)],
  ['a hundred thousand levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a key of the prototype', '{"status":"success","data":{"__proto__":{"resultType":"vector"},"result":[]}}'],
  ['success without data', '{"status":"success"}'],
  ['a value among values', '{"status":"success","data":{"resultType":"vector","result":[null,1,"x",[]]}}'],
]
function vector(...values: readonly string[]): string {
  const result = values.map((value) => ({ metric: {}, value: [1, value] }))
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })
}
for (const [title, body] of lies)
  test(`an answer is no proof: ${title}`, async (t) => {
    const url = await serve(t, (_, response) => response.end(body))
    t.is((await askPrometheus(prometheus(url), open(t))).result, 'none')
  })

test('a number beyond all is more than any bound, and one bad series of many fails', async (t) => {
  for (const body of [vector('1e999'), vector('+Inf'), vector('0', '0', '2', 'NaN')]) {
    const url = await serve(t, (_, response) => response.end(body))
    t.is((await askPrometheus(prometheus(url), open(t))).result, 'fail')
  }
})

test('a secret in an answer is told at most as its beginning, and nothing that does not show is printed', async (t) => {
  const words = `\u001b[31m\u202e${'\u0000'.repeat(50)}${SECRET.repeat(1_000)}`
  const bodies = [
    JSON.stringify({ status: 'error', error: words }),
    JSON.stringify({ status: 'success', data: { resultType: words } }),
    JSON.stringify({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: { [words]: words }, value: [1, '9'] }] },
    }),
  ]
  for (const body of bodies) {
    const url = await serve(t, (_, response) => response.writeHead(500).end(body))
    const { detail } = await askPrometheus(prometheus(url), open(t))
    t.true(detail.length <= 200, detail)
    t.regex(detail, /^[ -~…]*$/)
  }
})

test('of an answer to a URL nothing is told but its status', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(503, SECRET).end(SECRET))
  t.deepEqual(await askHttp(http(url), open(t)), { result: 'fail', detail: 'HTTP status 503' })
  const other = await serve(t, (_, response) => response.end(SECRET))
  t.deepEqual(await askHttp(http(other, { matches: 'well' }), open(t)), {
    result: 'fail',
    detail: 'nothing in the answer matches the pattern',
  })
})

test('a pattern does not take long, whatever the answer is', async (t) => {
  const url = await serve(t, (_, response) => response.end('a'.repeat(1_000_000)))
  const start = performance.now()
  const patterns = ['(a+)+$', '(?:a?){500}a{500}b', '(?:(?:a|aa)*)*b', 'a{1000}b', '(.*)*x']
  for (const matches of patterns) {
    const { result } = await askHttp(http(url, { matches }), open(t))
    t.true(['none', 'fail', 'pass'].includes(result))
  }
  t.true(performance.now() - start < 15_000)
})

test('only the very servers that are allowed are asked', (t) => {
  const allowed = ['http://prometheus.monitoring:9090', 'https://status.example.com']
  const isAllowed = (url: string) => addressRefusal(http(url), allowed) === undefined
  for (const url of [
    'http://prometheus.monitoring:9090/prometheus',
    'http://PROMETHEUS.monitoring:9090',
    'https://status.example.com:443/?a=b',
  ])
    t.true(isAllowed(url), url)
  for (const url of [
    'http://prometheus.monitoring',
    'https://prometheus.monitoring:9090',
    'http://prometheus.monitoring:9090@evil.example.com',
    'http://prometheus.monitoring:9091',
    'http://prometheus.monitoring.:9090',
    'https://status.example.com.evil.example.com',
    'https://evil.example.com/https://status.example.com',
    'http://169.254.169.254/latest/meta-data',
    'http://localhost:9090',
  ])
    t.false(isAllowed(url), url)
  const refusal = addressRefusal(prometheus('http://10.0.0.1:9090/a?b'), [])
  t.is(
    refusal && describeFault(refusal),
    'a check of a server that this Reeve does not ask: http://10.0.0.1:9090',
  )
  t.regex(refusal?.remedy ?? '', /--check-addresses/)
})

test('a server is not asked by way of a proxy that the answer names, nor with credentials', async (t) => {
  const headers: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    headers.push(request.headers)
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"', 'set-cookie': 'a=b' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const probe = open(t)
  t.is((await askHttp(http(url), probe)).detail, 'HTTP status 401')
  await askHttp(http(url), probe)
  t.deepEqual(Object.keys(headers[1] ?? {}).sort(), ['accept-encoding', 'connection', 'host', 'user-agent'])
})
