import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type GitScene, gitScene } from '../adapters/git/set-up.ts'
import { type Finished, reeve } from '../helpers/reeve.ts'
import { groupFile, statusScene } from '../helpers/rollout-status/status-scene.ts'
import { sshKey } from '../helpers/signing/ssh-key.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'

const GROUPS = [
  'apiVersion: reeve.dev/v1alpha1',
  'kind: InstallationGroup',
  'metadata: {name: fleet}',
  'spec:',
  '  template: {path: templates/chat}',
  '  version: "1" # proven',
  '---',
  'apiVersion: reeve.dev/v1alpha1',
  'kind: InstallationGroup',
  'metadata: {name: production}',
  'spec:',
  '  group: fleet',
  '  rollout:',
  '    # three of them',
  '    maxUnavailable: 3',
  '',
].join('\r\n')

const FLEET = {
  'groups.yaml': GROUPS,
  'acme.yaml':
    'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {group: production}\n',
  'templates/chat/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\ndata: {version: "${installation.version}"}\n',
}

const ANN = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com' }

interface Scene extends GitScene {
  rollout(args: readonly string[], env?: NodeJS.ProcessEnv, cwd?: string): Promise<Finished>
  /** Output of git at the server's repository. */
  git(...args: readonly string[]): Promise<string>
}

async function scene(t: ExecutionContext, files: Readonly<Record<string, string>> = FLEET): Promise<Scene> {
  const git = await gitScene(t)
  await git.push(files)
  const options = ['--repo', git.server.url, '--data-dir', git.directory]
  return {
    ...git,
    rollout: (args, env = ANN, cwd = git.directory) => reeve(['rollout', ...args, ...options], env, cwd),
    git: (...args) => git.work.run('--git-dir', git.server.directory, ...args).then((text) => text.trimEnd()),
  }
}

test('without --push the difference is shown, for programs as git apply takes it, and nothing changes', async (t) => {
  const { rollout, git, work } = await scene(t)
  const { code, stdout, stderr } = await rollout(['pause', 'production', '--reason', 'Sign-in fails'])
  t.is(code, 0, stderr)
  t.is(
    stdout,
    [
      '    Pause the rollout of production',
      '',
      '    Sign-in fails',
      '',
      'diff --git a/groups.yaml b/groups.yaml',
      '--- a/groups.yaml',
      '+++ b/groups.yaml',
      '@@ -13,3 +13,4 @@',
      '   rollout:',
      '     # three of them',
      '     maxUnavailable: 3',
      '+    paused: true',
      '',
      'Nothing is changed yet: --push commits it to main, --pull-request proposes it.',
      '',
    ].join('\n'),
  )
  t.is(await git('rev-list', '--count', 'main'), '1')
  const { stdout: json } = await rollout(['pause', 'production', '--output', 'json'])
  const { patch, ...rest } = JSON.parse(json)
  t.deepEqual(rest, {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'RolloutChange',
    verb: 'pause',
    group: 'production',
    message: 'Pause the rollout of production\n',
    branch: 'main',
    state: 'shown',
  })
  await writeFile(join(work.directory, 'x.patch'), patch)
  await work.run('apply', 'x.patch')
  t.is(await work.run('diff', '--numstat'), '1\t0\tgroups.yaml')
})

test('a push is a commit by the user of one line, and what is so already is no commit', async (t) => {
  const { rollout, git } = await scene(t)
  const paused = await rollout(['pause', 'production', '--push', '--reason', 'Sign-in fails'])
  t.regex(paused.stdout, /^Pause the rollout of production: commit [0-9a-f]{12} of main\n$/, paused.stderr)
  t.is(
    await git('log', '-1', '--format=%an <%ae>, %cn <%ce>%n%B', 'main'),
    'Ann <ann@example.com>, Ann <ann@example.com>\nPause the rollout of production\n\nSign-in fails',
  )
  t.is(await git('diff', '--numstat', 'main^', 'main'), '1\t0\tgroups.yaml')
  t.is(
    (await rollout(['pause', 'production', '--push'])).stdout,
    'Pause the rollout of production: main says so already.\n',
  )
  t.is((await rollout(['resume', 'production', '--push', '--author', 'Bob B. <bob@example.com>'])).code, 0)
  t.is(
    await git('log', '--format=%an %s', 'main'),
    'Bob B. Resume the rollout of production\nAnn Pause the rollout of production\nReeve Tester change',
  )
  t.is(await git('diff', 'main~2', 'main'), '')
  await git('fsck', '--strict')
})

test('skipping, pinning and their opposites are commits', async (t) => {
  const { rollout, git } = await scene(t)
  const first = await git('rev-parse', 'main')
  for (const args of [
    ['skip', 'production', 'acme'],
    ['skip', 'production', 'acme', '--unskip'],
    ['pin', 'acme', '--to', first.slice(0, 9)],
    ['pin', 'acme', '--unpin'],
  ]) {
    const { code, stderr } = await rollout([...args, '--push'])
    t.is(code, 0, stderr)
  }
  t.is(
    await git('log', '--format=%s', '-4', 'main'),
    [
      'Unpin acme',
      `Pin acme to ${first.slice(0, 12)}`,
      'No longer skip acme in the rollout of production',
      'Skip acme in the rollout of production',
    ].join('\n'),
  )
  t.is(await git('show', 'main~2:groups.yaml'), GROUPS.trimEnd())
  t.regex(
    await git('show', 'main~1:acme.yaml'),
    new RegExp(`spec: \\{group: production, revision: "?${first}"?\\}`),
  )
  t.is(await git('diff', first, 'main'), '')
})

for (const [verb, trailer] of [
  ['approve', 'Reeve-Approve: production'],
  ['force', 'Reeve-Force: production'],
] as const)
  test(`${verb} is a commit without changes, with a trailer of its own`, async (t) => {
    const manual = GROUPS.replace('maxUnavailable: 3', 'approve: manual')
    const { rollout, git } = await scene(t, { ...FLEET, 'groups.yaml': manual })
    const shown = await rollout([verb, 'production', '--reason', 'Fixes it'])
    t.regex(
      shown.stdout,
      new RegExp(
        `^ {4}\\w+ the rollout of production\n\n {4}Fixes it\n\n {4}${trailer}\n\nNo file changes\\.\n`,
      ),
    )
    t.is((await rollout([verb, 'production', '--push', '--reason', 'Fixes it'])).code, 0)
    t.is(await git('log', '-1', '--format=%(trailers)', 'main'), trailer)
    t.is(await git('rev-parse', 'main^{tree}'), await git('rev-parse', 'main^^{tree}'))
    t.is((await rollout([verb, 'production', '--push'])).code, 0, 'once more for a newer head')
    t.is(await git('rev-list', '--count', 'main'), '3')
  })

test('a rollback brings templates and groups back, and leaves the rest', async (t) => {
  const { rollout, git, push } = await scene(t)
  const good = await git('rev-parse', 'main')
  const own = FLEET['acme.yaml'].replace('production}', 'production, values: {a: 1}}')
  await push({
    'groups.yaml': GROUPS.replace('"1" # proven', '"2"').replace('3\r\n', '4\r\n'),
    'acme.yaml': own,
    'templates/chat/a.yaml': FLEET['templates/chat/a.yaml'].replace('v1', 'v1 # new'),
    'templates/chat/b.yaml': FLEET['templates/chat/a.yaml'],
  })
  const shown = await rollout(['rollback', 'production', '--to', good])
  t.regex(
    shown.stdout,
    /^ {4}Roll production back to [0-9a-f]{12}\n\ndiff --git a\/groups\.yaml/,
    shown.stderr,
  )
  t.regex(shown.stdout, /\ndiff --git a\/templates\/chat\/b\.yaml b\/templates\/chat\/b\.yaml\ndeleted file/)
  const { code, stderr } = await rollout(['rollback', 'production', '--to', good, '--push'])
  t.is(code, 0, stderr)
  t.is(await git('diff', '--name-only', good, 'main'), 'acme.yaml\ngroups.yaml')
  t.is(await git('show', 'main:groups.yaml'), GROUPS.replace('3\r\n', '4\r\n').trimEnd())
  t.is(`${await git('show', 'main:acme.yaml')}\n`, own)
  await git('fsck', '--strict')
  const again = await rollout(['rollback', 'production', '--to', good, '--push'])
  t.regex(again.stdout, /: main says so already\.\n$/)
})

test('without --to a rollback is to what the group proved last and the branch differs from', async (t) => {
  const { push, tell, rollout, git } = await statusScene(t)
  const group = (version: string) => ({ 'groups.yaml': GROUPS.replace('"1" # proven', `"${version}"`) })
  const oldest = await push({ ...FLEET, ...group('1') }, 'First')
  const proven = await push(group('2'), 'Second')
  const bad = await push(group('3'), 'Third')
  const proofs = ['f'.repeat(40), bad, proven, oldest].map((commit) => ({
    commit,
    digest: commit,
    soaked: 0,
  }))
  await tell(groupFile('production', { commit: bad, record: { proofs } }))
  const { code, stdout, stderr } = await rollout(['rollback', 'production'])
  t.is(code, 0, stderr)
  t.regex(stdout, new RegExp(`^ {4}Roll production back to ${proven.slice(0, 12)}\n`))
  t.regex(stdout, /\n- {2}version: "3"\n\+ {2}version: "2"\n/)
  const pushed = await rollout(['rollback', 'production', '--push', '--author', 'Ann <ann@example.com>'])
  t.is(pushed.code, 0, pushed.stderr)
  t.is(await git('diff', '--name-only', proven, 'main'), '')
})

test('a commit that was not merged is nothing to inherit from, and one of long ago is', async (t) => {
  const { rollout, git, work, push } = await scene(t)
  const first = await git('rev-parse', 'main')
  for (let at = 0; at < 80; at += 1) await work.commit(`Commit ${at}`)
  await push({})
  await work.run('checkout', '--quiet', '-b', 'feature', 'main~70')
  const feature = await work.commit('Not merged')
  await work.run('push', '--quiet', 'origin', 'feature:feature', 'feature:refs/pull/1/head')
  for (const args of [
    ['pin', 'acme', '--to', 'feature'],
    ['pin', 'acme', '--to', feature],
    ['rollback', 'production', '--to', 'feature'],
  ]) {
    const { code, stderr } = await rollout([...args, '--push'])
    t.is(code, 1)
    t.is(
      stderr.split('\n')[0],
      `the commit is not part of the followed branch: ${feature.slice(0, 12)} is not of main`,
    )
  }
  await work.run('checkout', '--quiet', 'main')
  for (const to of [first, 'main']) {
    const { code, stderr } = await rollout(['pin', 'acme', '--to', to])
    t.is(code, 0, stderr)
  }
})

test('a change is made on the newest head, however the branch moves meanwhile', async (t) => {
  const { rollout, git, server } = await scene(t)
  // The first push finds that another one came first.
  await server.setHook(
    'pre-receive',
    [
      '#!/bin/sh',
      'test -e moved && exit 0',
      'touch moved',
      'unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES',
      'new=$(git -c user.name=x -c user.email=x@x commit-tree -p main -m other "main^{tree}")',
      'git update-ref refs/heads/main "$new"',
      '',
    ].join('\n'),
  )
  const { code, stdout, stderr } = await rollout(['pause', 'production', '--push'])
  t.is(code, 0, stdout + stderr)
  t.is(await git('log', '--format=%s', 'main'), 'Pause the rollout of production\nother\nchange')
})

test('a branch that is protected says so, and what to do', async (t) => {
  const { rollout, server, git } = await scene(t)
  await server.setHook('pre-receive', '#!/bin/sh\necho "main is protected" >&2\nexit 1\n')
  const { code, stderr } = await rollout(['pause', 'production', '--push'])
  t.is(code, 1)
  t.regex(stderr, /the Git remote refused the change: .*main.*\n.*--pull-request/s)
  t.is(await git('rev-list', '--count', 'main'), '1')
})

test('the author is that of git config where the environment names none', async (t) => {
  const { rollout, git } = await scene(t)
  const home = await temporaryDirectory(t)
  const nobody = {
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    EMAIL: '',
    GIT_AUTHOR_NAME: '',
    GIT_AUTHOR_EMAIL: '',
  }
  const { code, stderr } = await rollout(['pause', 'production', '--push'], nobody)
  t.is(code, 1)
  t.regex(stderr, /^who makes the change is not known\n.*--author/)
  await writeFile(join(home, '.gitconfig'), '[user]\nname = Cleo\nemail = cleo@example.com\n')
  t.is((await rollout(['pause', 'production', '--push'], nobody)).code, 0)
  t.is(await git('log', '-1', '--format=%an <%ae>', 'main'), 'Cleo <cleo@example.com>')
})

for (const [args, status, words] of [
  [['pause', 'producton'], 1, /^no such InstallationGroup: producton; did you mean production\?/],
  [['pause', 'fleet'], 1, /^groups\.yaml:1: the group has no rollout of its own: fleet\n/],
  [['skip', 'production', 'acne'], 1, /^no such installation: acne; did you mean acme\?/],
  [['approve', 'fleet', '--push'], 1, /^groups\.yaml:1: the group has no rollout of its own/],
  [['approve', 'production'], 1, /^groups\.yaml:13: the group waits for no approval: production\n/],
  [['rollback', 'production', '--to', 'v9'], 1, /^no such commit in the repository: v9/],
  [['rollback', 'production'], 1, /^the group has proven nothing that the branch differs from: production\n/],
  [['rollback', 'producton'], 1, /^no such InstallationGroup: producton; did you mean production\?/],
  [['rollback', 'production', '--to'], 2, /^invalid option: --to needs a value/],
  [['pin', 'acme', '--to', 'main', '--unpin'], 2, /--to and --unpin are mutually exclusive/],
  [['pause', 'production', '--pull-request'], 2, /--pull-request needs a forge: give --forge-token-file/],
  [['pause', 'production', '--pusch'], 2, /"--pusch" is unknown; did you mean --push\?/],
  [
    ['pause', 'production', '--output', 'markdown'],
    2,
    /--output markdown is a format of reeve plan SOURCE alone/,
  ],
] as const)
  test(`reeve rollout ${args.join(' ')} says what is wrong`, async (t) => {
    const { rollout, git } = await scene(t)
    const { code, stdout, stderr } = await rollout(args)
    t.is(code, status, stderr)
    t.is(stdout, '')
    t.regex(stderr, words)
    t.notRegex(stderr, /\n {4}at /)
    t.is(await git('rev-list', '--count', '--all'), '1')
  })

test('a branch whose commits have to be signed gets none that are not', async (t) => {
  const { rollout, git, directory } = await scene(t)
  const { publicKey } = await sshKey(await temporaryDirectory(t), 'ann')
  const keys = join(await temporaryDirectory(t), 'signers')
  const config = join(directory, 'reeve.yaml')
  await writeFile(keys, `ann@example.com ${publicKey}\n`)
  await writeFile(config, `verify:\n  keys: [${keys}]\n`)
  const { code, stderr } = await rollout(['pause', 'production', '--push', '--config', config])
  t.is(code, 1, stderr)
  t.regex(stderr, /^the commit would not be signed/)
  t.is(await git('rev-list', '--count', 'main'), '1')
})
