import test, { type ExecutionContext } from 'ava'
import { type Gitea, type GiteaRepository, startGitea } from '../helpers/gitea/gitea.ts'
import { type Finished, reeve } from '../helpers/reeve.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'

const GROUP =
  'apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: production}\nspec:\n  version: "1"\n  rollout:\n    maxUnavailable: 3\n'

let gitea: Gitea
test.before(async () => {
  gitea = await startGitea()
})
test.after.always(() => gitea?.[Symbol.asyncDispose]())

interface Scene {
  readonly forge: GiteaRepository
  propose(...args: readonly string[]): Promise<Finished>
  /** Open pull requests, the oldest first. */
  pulls(): Promise<readonly Pull[]>
  file(branch: string): Promise<string>
  message(branch: string): Promise<string>
  head(branch: string): Promise<string>
}

interface Pull {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly head: string
}

async function scene(t: ExecutionContext, name: string): Promise<Scene> {
  const { bot } = gitea.users
  const forge = await gitea.createRepository(name)
  await forge.addCollaborator(bot)
  await forge.push({ files: { 'groups.yaml': GROUP }, message: 'First' })
  const options = ['--repo', `${forge.url}.git`, '--data-dir', await temporaryDirectory(t)]
  const env = {
    ...{ REEVE_GIT_TOKEN: bot.token, REEVE_GIT_USERNAME: bot.name, REEVE_FORGE_TOKEN: bot.token },
    ...{ GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com' },
  }
  const path = `repos/${forge.name}`
  const branchOf = (branch: string) => gitea.call('GET', `${path}/branches/${encodeURIComponent(branch)}`)
  return {
    forge,
    propose: (...args) => reeve(['rollout', ...args, '--pull-request', ...options], env),
    pulls: async () => {
      const found: readonly GiteaPull[] = await gitea.call('GET', `${path}/pulls?state=open&sort=oldest`)
      return found.map(({ number, title, body, head }) => ({ number, title, body, head: head.ref }))
    },
    file: async (branch) => {
      const ref = encodeURIComponent(branch)
      const { content } = await gitea.call('GET', `${path}/contents/groups.yaml?ref=${ref}`)
      return Buffer.from(content, 'base64').toString()
    },
    message: async (branch) => (await branchOf(branch)).commit.message,
    head: async (branch) => (await branchOf(branch)).commit.id,
  }
}

interface GiteaPull extends Omit<Pull, 'head'> {
  readonly head: { readonly ref: string }
}

test('a change is proposed once, kept current, and proposed again after it was merged', async (t) => {
  const { forge, propose, pulls, file, message, head } = await scene(t, 'pause')
  const { code, stdout, stderr } = await propose('pause', 'production', '--reason', 'Sign-in fails')
  t.is(code, 0, stderr)
  const [pull] = await pulls()
  t.like(pull, { title: 'Pause the rollout of production', body: 'Sign-in fails' })
  const branch = pull?.head ?? ''
  t.regex(branch, /^reeve\/rollout\/production-pause-[0-9a-f]{7}$/)
  const first = await head(branch)
  t.is(
    stdout,
    `Pause the rollout of production: proposed by ${forge.url}/pulls/${pull?.number}, commit ${first.slice(0, 12)} of ${branch}\n`,
  )
  t.is(await file(branch), `${GROUP}    paused: true\n`)
  t.is(await file('main'), GROUP)

  const again = await propose('pause', 'production', '--reason', 'Sign-in fails')
  t.regex(again.stdout, /: already proposed by /, again.stderr)
  await forge.push({ files: { 'other.txt': 'x' } })
  await propose('pause', 'production', '--reason', 'Sign-in fails')
  t.is(await head(branch), first, 'it still merges to the same')

  await forge.push({ files: { 'groups.yaml': GROUP.replace('maxUnavailable: 3', 'maxUnavailable: 4') } })
  await propose('pause', 'production', '--reason', 'Sign-up fails')
  t.is(await file(branch), `${GROUP.replace('3', '4')}    paused: true\n`)
  t.is(await message(branch), 'Pause the rollout of production\n\nSign-up fails\n')
  t.deepEqual(
    (await pulls()).map(({ number }) => number),
    [pull?.number],
  )

  await forge.mergePull(pull?.number ?? 0)
  const merged = await propose('pause', 'production')
  t.is(merged.stdout, 'Pause the rollout of production: main says so already.\n')
  await forge.push({ files: { 'groups.yaml': GROUP } })
  t.is((await propose('pause', 'production')).code, 0)
  t.is((await pulls()).length, 1)
  t.not((await pulls())[0]?.number, pull?.number)
})

test('a force is a pull request without files, which the forge merges with its trailer', async (t) => {
  const { forge, propose, pulls, message, head } = await scene(t, 'force')
  const main = await head('main')
  const { code, stderr } = await propose('force', 'production', '--reason', 'Fixes the outage')
  t.is(code, 0, stderr)
  const [pull] = await pulls()
  t.like(pull, {
    title: 'Force the rollout of production',
    body: 'Fixes the outage\n\nReeve-Force: production',
  })
  t.is(
    await message(pull?.head ?? ''),
    'Force the rollout of production\n\nFixes the outage\n\nReeve-Force: production\n',
  )
  const merge = await forge.mergePull(pull?.number ?? 0)
  const found: readonly { readonly commit: { readonly message: string } }[] = await gitea.call(
    'GET',
    `repos/${forge.name}/commits?sha=${merge}&not=${main}`,
  )
  t.true(found.some(({ commit }) => commit.message.endsWith('\n\nReeve-Force: production\n')))
})

test('an approval that waits is made anew for a newer head', async (t) => {
  const { forge, propose, pulls, head } = await scene(t, 'approve')
  const manual = (version: string) =>
    GROUP.replace('"1"', `"${version}"`).replace('maxUnavailable: 3', 'approve: manual')
  await forge.push({ files: { 'groups.yaml': manual('1') } })
  await propose('approve', 'production')
  const [pull] = await pulls()
  const first = await head(pull?.head ?? '')
  t.regex((await propose('approve', 'production')).stdout, /: already proposed by /)
  t.is(await head(pull?.head ?? ''), first)
  await forge.push({ files: { 'groups.yaml': manual('2') } })
  t.regex((await propose('approve', 'production')).stdout, /: proposed by /)
  t.not(await head(pull?.head ?? ''), first)
  t.deepEqual(await pulls(), [pull as Pull])
})

test("a branch with others' commits is left alone", async (t) => {
  const { forge, propose, pulls, head } = await scene(t, 'foreign')
  await propose('pause', 'production')
  const branch = (await pulls())[0]?.head ?? ''
  const theirs = await forge.push({ branch, files: { 'groups.yaml': `${GROUP}    paused: false\n` } })
  const { code, stderr } = await propose('pause', 'production')
  t.is(code, 1)
  t.regex(
    stderr,
    /^the branch that would propose the change has commits of others: reeve\/rollout\/production-pause-/,
  )
  t.is(await head(branch), theirs)
})

test('other members and other groups are proposals of their own', async (t) => {
  const { forge, propose, pulls } = await scene(t, 'several')
  await forge.push({
    files: {
      'canary.yaml': GROUP.replace('production', 'canary'),
      'eu/acme.yaml':
        'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {group: production, template: {path: t}}\n',
    },
  })
  for (const args of [
    ['pause', 'production'],
    ['pause', 'canary'],
    ['skip', 'production', 'acme'],
    ['pin', 'acme', '--to', 'main'],
    ['pin', 'eu/acme', '--to', 'main'],
  ]) {
    const { code, stderr } = await propose(...args)
    t.is(code, args[1] === 'eu/acme' ? 1 : 0, stderr)
  }
  t.deepEqual(
    (await pulls()).map(({ head }) => head.replace(/-[0-9a-f]{7}$/, '')),
    ['production-pause', 'canary-pause', 'production-skip', 'acme-pin'].map(
      (name) => `reeve/rollout/${name}`,
    ),
  )
})
