import { fileURLToPath } from 'node:url'
import test from 'ava'
import { openForge } from '../../../src/adapters/forge/open-forge.ts'
import { Secret } from '../../../src/model/secret.ts'
import { run } from '../../../src/sandbox/child.ts'
import { faultIn } from './fault-in.ts'

const PROGRAM = fileURLToPath(new URL('load-libraries.ts', import.meta.url))
const REPOSITORY = 'https://git.example/acme/fleet'

async function librariesFor(...kind: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await run([process.execPath, PROGRAM], kind)
  if (stdout === '') throw new Error(stderr)
  const all: readonly string[] = JSON.parse(stdout)
  return all.filter((name) => /^@(?:octokit|gitbeaker)\//.test(name))
}

test('only the library of the forge that is opened is loaded', async (t) => {
  t.deepEqual(await librariesFor(), [])
  t.deepEqual(await librariesFor('gitea'), [])
  const github = await librariesFor('github')
  t.true(github.includes('@octokit/core') && !github.some((name) => name.startsWith('@gitbeaker/')))
  const gitlab = await librariesFor('gitlab')
  t.true(gitlab.includes('@gitbeaker/rest') && !gitlab.some((name) => name.startsWith('@octokit/')))
})

test('an App is none of other forges, and without credentials nothing is asked', async (t) => {
  const app = { id: '1', keyFile: '/none' }
  const wrong = openForge({ kind: 'gitea', repository: REPOSITORY, credentials: { app } })
  t.is((await faultIn(wrong)).code, 'bad-option')
  for (const kind of ['github', 'gitlab', 'gitea'] as const) {
    await using forge = await openForge({ kind, repository: REPOSITORY, credentials: {} })
    const { code, message } = await faultIn(forge.pullRequest(1))
    t.is(code, 'forge-unauthorized')
    t.regex(message, /no credentials are configured/)
  }
})

test('a token is shown nowhere', async (t) => {
  const credentials = { token: new Secret('glpat-very-secret') }
  await using forge = await openForge({ kind: 'gitlab', repository: REPOSITORY, credentials })
  t.false(JSON.stringify({ forge, credentials }).includes('very-secret'))
})
