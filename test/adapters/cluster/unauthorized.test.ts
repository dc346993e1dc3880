import type { RequestListener } from 'node:http'
import test from 'ava'
import { capturingKubeConfig } from '../../../src/adapters/cluster/capturing-kube-config.ts'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { importKubeConfig } from '../../../src/adapters/cluster/import-kube-config.ts'
import { serve } from '../../helpers/serve.ts'

const Config = capturingKubeConfig(await importKubeConfig())

function client(server: string): ClusterClient {
  return new ClusterClient(async () => {
    const config = new Config()
    config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: false }, { name: 'u', token: 't' })
    return config
  })
}

const refuse =
  (message: string): RequestListener =>
  ({ url }, response) => {
    const code = url?.startsWith('/refused') ? 401 : 200
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ message, code }))
  }

test('a 401 of one API alone ends the request, though others are accepted meanwhile', async (t) => {
  await using api = client(await serve(t, refuse('Unauthorized')))
  let isOver = false
  const others = (async () => {
    while (!isOver) await api.raw('GET', '/accepted')
  })()
  await t.throwsAsync(api.raw('GET', '/refused'), { message: 'Unauthorized' })
  isOver = true
  await others
})

test('a 401 of an admission webhook is its answer, not one about credentials', async (t) => {
  let asked = 0
  const answer = refuse('admission webhook "a.example.com" denied the request: who are you?')
  const origin = await serve(t, (request, response) => {
    asked += 1
    answer(request, response)
  })
  await using api = client(origin)
  await t.throwsAsync(api.raw('POST', '/refused', { body: '{}' }), { message: /denied the request/ })
  t.is(asked, 1)
})
