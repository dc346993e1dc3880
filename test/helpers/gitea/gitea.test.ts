import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import test from 'ava'
import { git } from '../../../src/sandbox/git-process.ts'
import { startGitea } from './gitea.ts'

test('it has repositories over HTTP, an SSH server where asked for, and calls webhooks of this machine', async (t) => {
  await using gitea = await startGitea({ ssh: true })
  const fleet = await gitea.createRepository('fleet')

  const hooks = createServer().listen(0, '127.0.0.1')
  t.teardown(() => {
    hooks.closeAllConnections()
    hooks.close()
  })
  await once(hooks, 'listening')
  const url = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}/`
  await fleet.addWebhook({ url, secret: 'shared' })
  const called = once(hooks, 'request')
  const commit = await fleet.push({ files: { 'a.yaml': 'a: 1\n' } })
  const [request, response] = await called
  const body = await text(request)
  response.end()
  t.is(JSON.parse(body).after, commit)
  t.is(request.headers['x-gitea-event'], 'push')
  t.is(request.headers['x-gitea-signature'], createHmac('sha256', 'shared').update(body).digest('hex'))

  const refs = await git(['ls-remote', fleet.cloneUrl(gitea.users.bot), 'refs/heads/main'])
  t.is(refs, `${commit}\trefs/heads/main`)

  const ssh = connect(gitea.sshPort ?? 0, '127.0.0.1')
  const [greeting] = await once(ssh, 'data')
  ssh.destroy()
  t.regex(String(greeting), /^SSH-2\.0-/)
})
