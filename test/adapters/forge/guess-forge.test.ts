import test, { type ExecutionContext } from 'ava'
import type { Forge } from '../../../src/adapters/forge/forge.ts'
import { ForgeClient } from '../../../src/adapters/forge/forge-client.ts'
import { apiUrl } from '../../../src/adapters/forge/forge-location.ts'
import { type GuessOptions, guessForge } from '../../../src/adapters/forge/guess-forge.ts'
import { startGitea } from '../../helpers/gitea/gitea.ts'
import { serve } from '../../helpers/serve.ts'
import { faultIn } from './fault-in.ts'

function guess(t: ExecutionContext, options: GuessOptions) {
  const client = new ForgeClient({ limits: { tries: 1 } })
  t.teardown(() => client[Symbol.asyncDispose]())
  return guessForge(options, client)
}

/** A server that has these answers alone, by path. */
function serverOf(t: ExecutionContext, answers: Readonly<Record<string, readonly [number, object]>>) {
  return serve(t, ({ url = '' }, response) => {
    const [status, body] = answers[url] ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
}

const KNOWN: Readonly<Record<string, readonly [Forge['kind'], api: string, path: string]>> = {
  'https://github.com/acme/fleet.git': ['github', 'https://api.github.com', 'acme/fleet'],
  'git@github.com:acme/fleet.git': ['github', 'https://api.github.com', 'acme/fleet'],
  'https://acme.ghe.com/acme/fleet': ['github', 'https://api.acme.ghe.com', 'acme/fleet'],
  'git@gitlab.com:acme/platform/fleet.git': ['gitlab', 'https://gitlab.com/api/v4', 'acme/platform/fleet'],
  'https://codeberg.org/acme/fleet.git': ['gitea', 'https://codeberg.org/api/v1', 'acme/fleet'],
  'ssh://git@gitea.com/acme/fleet': ['gitea', 'https://gitea.com/api/v1', 'acme/fleet'],
}

for (const [repository, [kind, api, path]] of Object.entries(KNOWN))
  test(`${repository} is of ${kind}, without a request`, async (t) => {
    const found = await guess(t, { repository })
    t.deepEqual([found.kind, apiUrl(found), found.path.join('/')], [kind, api, path])
  })

const NAMED: readonly (readonly [GuessOptions, api: string, path: string])[] = [
  [
    { kind: 'gitea', repository: 'https://git.example/base/acme/fleet.git' },
    'https://git.example/base/api/v1',
    'acme/fleet',
  ],
  [
    {
      kind: 'gitlab',
      url: 'https://git.example/base/',
      repository: 'https://git.example/base/a/b/fleet.git',
    },
    'https://git.example/base/api/v4',
    'a/b/fleet',
  ],
  [
    { kind: 'github', url: 'http://git.internal:8080', repository: 'ssh://git@git.example:2222/acme/fleet' },
    'http://git.internal:8080/api/v3',
    'acme/fleet',
  ],
  [
    { kind: 'gitea', url: 'https://git.example/base', repository: 'git@git.example:acme/fleet.git' },
    'https://git.example/base/api/v1',
    'acme/fleet',
  ],
  [{ kind: 'gitea', repository: 'https://github.com/acme/fleet' }, 'https://github.com/api/v1', 'acme/fleet'],
]

for (const [options, api, path] of NAMED)
  test(`what is named counts: ${JSON.stringify(options)}`, async (t) => {
    const found = await guess(t, options)
    t.deepEqual([found.kind, apiUrl(found), found.path.join('/')], [options.kind, api, path])
  })

test('the real Gitea is known by its answer', async (t) => {
  await using gitea = await startGitea()
  const found = await guess(t, { repository: `${gitea.url}/acme/fleet.git` })
  t.deepEqual(found, { kind: 'gitea', url: gitea.url, path: ['acme', 'fleet'] })
})

test('GitLab is known by how it refuses, below a path too', async (t) => {
  const refused = [401, { message: '401 Unauthorized' }] as const
  const url = await serverOf(t, { '/git/api/v4/version': refused })
  const found = await guess(t, { repository: `${url}/git/acme/platform/fleet.git` })
  t.deepEqual(found, { kind: 'gitlab', url: `${url}/git`, path: ['acme', 'platform', 'fleet'] })
})

test('GitHub Enterprise Server is known by its version', async (t) => {
  const url = await serverOf(t, { '/api/v3/meta': [200, { installed_version: '3.19.0' }] })
  const found = await guess(t, { repository: `${url}/acme/fleet.git` })
  t.deepEqual(found, { kind: 'github', url, path: ['acme', 'fleet'] })
})

test('a server that is none of them, and one that asks to sign in elsewhere, have to be named', async (t) => {
  const other = await serverOf(t, {})
  const { code, message } = await faultIn(guess(t, { repository: `${other}/acme/fleet` }))
  t.is(code, 'bad-option')
  t.regex(message, /does not tell which forge it is: github, gitlab or gitea/)
  const signIn = await serve(t, (_, response) => {
    response.writeHead(302, { location: 'https://sign-in.example/' }).end()
  })
  t.is((await faultIn(guess(t, { repository: `${signIn}/acme/fleet` }))).code, 'bad-option')
})

test('no credentials are sent to find out which forge it is', async (t) => {
  const sent: unknown[] = []
  const url = await serve(t, ({ headers }, response) => {
    sent.push(headers.authorization ?? headers['private-token'])
    response.writeHead(404).end()
  })
  await faultIn(guess(t, { repository: url.replace('//', '//user:secret@').concat('/acme/fleet') }))
  t.deepEqual(new Set(sent), new Set([undefined]))
})

test('a server that is away is not taken for one of no forge', async (t) => {
  const { code } = await faultIn(guess(t, { repository: 'http://127.0.0.1:1/acme/fleet' }))
  t.is(code, 'forge-unreachable')
})

test('what names no repository of the forge is told without its credentials', async (t) => {
  const short = await faultIn(guess(t, { repository: 'https://user:secret@github.com/fleet' }))
  t.is(short.code, 'bad-option')
  t.false(short.message.includes('secret'))
  const long = await faultIn(guess(t, { repository: 'https://github.com/acme/fleet/more' }))
  t.is(long.code, 'bad-option')
  const url = await faultIn(guess(t, { url: 'https://u:secret@x.example', repository: 'git@x.example:a/b' }))
  t.is(url.code, 'bad-option')
  t.false(url.message.includes('secret'))
})
