import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { Repository } from '../../src/adapters/git/repository.ts'
import { AcceptedCommits, type Choice } from '../../src/control/verify/accepted-commits.ts'
import { CommitVerifier } from '../../src/control/verify/commit-verifier.ts'
import type { ForgeRule, VerifyRule } from '../../src/model/signing.ts'
import { gitScene } from '../adapters/git/set-up.ts'
import { type SshKey, sshKey } from '../helpers/signing/ssh-key.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'

/** Whose key signs a commit. */
type Who = 'ann' | 'forge' | 'mallory' | undefined

/** A real repository behind a real server, and what Reeve makes of its head. */
async function scene(t: ExecutionContext, mode: VerifyRule['mode'], merges?: ForgeRule['merges']) {
  const { server, work, open, directory } = await gitScene(t)
  const place = await temporaryDirectory(t)
  const keys = new Map<Who, SshKey>()
  for (const who of ['ann', 'forge', 'mallory'] as const) keys.set(who, await sshKey(place, who))
  const file = async (who: 'ann' | 'forge') => {
    const path = join(place, `${who}-signers`)
    await writeFile(path, `* ${keys.get(who)?.publicKey}\n`)
    return path
  }
  const forge = merges && { keys: [await file('forge')], merges }
  const rule = { mode, keys: [await file('ann')], ...(forge && { forge }) }
  await work.run('config', 'gpg.format', 'ssh')
  const by = (who: Who) =>
    who === undefined
      ? ['-c', 'commit.gpgsign=false']
      : ['-c', `user.signingkey=${keys.get(who)?.path}`, '-c', 'commit.gpgsign=true']
  const commit = async (
    who: Who,
    files: Readonly<Record<string, string>> = {},
    ...more: readonly string[]
  ) => {
    for (const [path, text] of Object.entries(files)) await work.write(path, text)
    await work.run('add', '--all')
    await work.run(...by(who), 'commit', '--quiet', '--allow-empty', '--message=Change', ...more)
    return work.run('rev-parse', 'HEAD')
  }
  const merge = async (who: Who, ...what: readonly string[]) => {
    await work.run(...by(who), 'merge', '--quiet', '--no-ff', '--message=Merge', ...what)
    return work.run('rev-parse', 'HEAD')
  }
  let repository: Repository | undefined
  const choose = async (current?: string): Promise<Choice & { readonly code: string | undefined }> => {
    await work.run('push', '--quiet', '--force', 'origin', 'HEAD:main')
    repository ??= await open()
    const verifier = new CommitVerifier({ rule, repository, branch: 'main', atOnce: 10 })
    const accepted = new AcceptedCommits({ verifier, branch: 'main', notes: join(directory, 'accepted') })
    const choice = await accepted.choose(await repository.fetch('main'), current)
    return { ...choice, code: choice.fault?.code }
  }
  const isSigned = async (oid: string) => {
    repository ??= await open()
    return new CommitVerifier({ rule, repository, branch: 'main' }).isSigned(oid)
  }
  return { server, work, commit, merge, choose, isSigned }
}

test('an unsigned commit is not taken, however many are pushed on top of the last good one', async (t) => {
  const { commit, choose } = await scene(t, 'head')
  await commit('ann', { a: '0' })
  const good = await commit('ann', { a: '1' })
  for (let n = 0; n < 30; n += 1) await commit(undefined)
  // The clone has one commit: those before it are fetched, some at a time.
  t.like(await choose(), { commit: good, code: 'unsigned-commit' })
})

test('nothing is taken where nothing is signed', async (t) => {
  const { commit, choose } = await scene(t, 'head')
  await commit('mallory')
  await commit(undefined)
  t.like(await choose(), { commit: undefined, code: 'unsigned-commit' })
})

test("the attacker's own signature does not count", async (t) => {
  const { commit, choose } = await scene(t, 'head', 'allow')
  const good = await commit('ann')
  await commit('mallory', { a: 'evil' })
  t.like(await choose(good), { commit: good, code: 'unknown-signer' })
})

test('a signed commit of a side branch is not the last good one', async (t) => {
  const { work, commit, merge, choose } = await scene(t, 'head')
  const base = await commit('ann', { a: '0' })
  await work.run('checkout', '--quiet', '-b', 'side')
  await commit('ann', { side: '1' })
  await work.run('checkout', '--quiet', '-')
  const good = await commit('ann', { a: '1' })
  await merge(undefined, 'side')
  t.not(base, good)
  t.like(await choose(), { commit: good, code: 'unsigned-commit' })
})

test('where all have to be signed, a merge cannot bring in an unsigned commit', async (t) => {
  const { work, commit, merge, choose } = await scene(t, 'all')
  await commit('ann', { a: '0' })
  await work.run('checkout', '--quiet', '-b', 'side')
  await commit(undefined, { side: 'evil' })
  await commit('ann', { side: '1' })
  await work.run('checkout', '--quiet', 'main')
  const good = await commit('ann', { a: '1' })
  t.like(await choose(), { commit: good, code: undefined })
  await merge('ann', 'side')
  t.like(await choose(good), { commit: good, code: 'unverified-history' })
})

test('where all have to be signed, history from before the clone is not asked for signatures', async (t) => {
  const { work, commit, merge, choose } = await scene(t, 'all')
  await commit(undefined, { a: '0' })
  await work.run('branch', 'side')
  for (let n = 0; n < 5; n += 1) await commit(undefined)
  const good = await commit('ann', { a: '1' })
  t.like(await choose(), { commit: good, code: undefined })
  await work.run('checkout', '--quiet', 'side')
  await commit('ann', { side: '1' })
  await work.run('checkout', '--quiet', 'main')
  const merged = await merge('ann', 'side')
  t.like(await choose(good), { commit: merged, code: undefined })
})

test('a note of what was applied outlives a restart, and lets no unsigned commit slip in between', async (t) => {
  const { commit, choose } = await scene(t, 'all')
  const good = await commit('ann')
  t.like(await choose(), { commit: good })
  await commit(undefined)
  await commit('ann')
  t.like(await choose(), { commit: good, code: 'unverified-history' })
})

/** A pull request of one commit, merged by the forge; `push` is what somebody pushed to main before that. */
async function merged(t: ExecutionContext, merges: ForgeRule['merges'], who: Who, push?: Who) {
  const { work, commit, merge, choose, isSigned } = await scene(t, 'head', merges)
  const base = await commit('ann', { a: '0', b: '0' })
  t.like(await choose(), { commit: base })
  await work.run('checkout', '--quiet', '-b', 'pull')
  await commit(who, { b: '1' })
  await work.run('checkout', '--quiet', 'main')
  if (push !== undefined) await commit(push, { a: 'evil' })
  return { base, commit, work, choose, isSigned, head: await merge('forge', 'pull') }
}

test('a merge that the forge signs is taken if what it merges is signed', async (t) => {
  const { base, head, choose } = await merged(t, 'require-signed-parent', 'ann')
  t.like(await choose(base), { commit: head, code: undefined })
})

test('the signature of the forge carries no commit of a stranger in', async (t) => {
  const { base, choose } = await merged(t, 'require-signed-parent', 'mallory')
  t.like(await choose(base), { commit: base, code: 'unsigned-merge' })
})

test('the signature of the forge carries no push before the merge in', async (t) => {
  const { base, choose } = await merged(t, 'require-signed-parent', 'ann', 'mallory')
  t.like(await choose(base), { commit: base, code: 'unsigned-merge' })
})

test('a change that is made in the merge itself is not taken', async (t) => {
  const { base, commit, choose } = await merged(t, 'require-signed-parent', 'ann')
  await commit('forge', { c: 'evil' }, '--amend')
  const choice = await choose(base)
  t.like(choice, { commit: base, code: 'unsigned-merge' })
  t.regex(choice.fault?.message ?? '', /c is not what merging its parents gives/)
})

test('where the forge is trusted with more, its signature is enough', async (t) => {
  const { base, head, choose } = await merged(t, 'allow', 'mallory')
  t.like(await choose(base), { commit: head, code: undefined })
})

test('a commit of the forge is none without its key', async (t) => {
  const { commit, choose } = await scene(t, 'head')
  const good = await commit('ann')
  await commit('forge')
  t.like(await choose(good), { commit: good, code: 'unknown-signer' })
})

test('whoever merges on the forge writes no trailer that counts, unless the forge is trusted with more', async (t) => {
  for (const merges of ['require-signed-parent', 'allow'] as const) {
    const { base, head, choose, isSigned } = await merged(t, merges, 'ann')
    t.like(await choose(base), { commit: head })
    t.is(await isSigned(head), merges === 'allow')
    t.true(await isSigned(base))
  }
})

test('a merge that leaves out what was applied is not taken', async (t) => {
  const { work, commit, choose } = await scene(t, 'head', 'require-signed-parent')
  await commit('ann', { a: 'old' })
  await work.run('checkout', '--quiet', '-b', 'pull')
  await commit('ann', { b: '1' })
  await work.run('checkout', '--quiet', 'main')
  const base = await commit('ann', { a: 'new' })
  t.like(await choose(), { commit: base })
  await work.run('merge', '--quiet', '--no-commit', '--no-ff', 'pull')
  await commit('forge', { a: 'old' })
  const choice = await choose(base)
  t.like(choice, { commit: base, code: 'unsigned-merge' })
  t.regex(choice.fault?.message ?? '', /a is not what merging its parents gives/)
})

test('a merge of a file that both sides changed, in other lines, is taken', async (t) => {
  const { work, commit, merge, choose } = await scene(t, 'head', 'require-signed-parent')
  const lines = (first: string, last: string) => [first, ...'bcdefghij', last, ''].join('\n')
  await commit('ann', { list: lines('a', 'k') })
  await work.run('checkout', '--quiet', '-b', 'pull')
  await commit('ann', { list: lines('a', 'theirs') })
  await work.run('checkout', '--quiet', 'main')
  const base = await commit('ann', { list: lines('ours', 'k') })
  t.like(await choose(), { commit: base })
  const first = await merge('forge', 'pull')
  t.like(await choose(base), { commit: first, code: undefined })
  await work.run('checkout', '--quiet', '-b', 'second', base)
  await commit('ann', { more: '1' })
  await merge('forge', 'main') // as "Update branch" does
  await work.run('checkout', '--quiet', 'main')
  const last = await merge('forge', 'second')
  t.like(await choose(first), { commit: last, code: undefined })
})

test('a first clone takes a merge of the forge by what it finds before it', async (t) => {
  const { head, choose } = await merged(t, 'require-signed-parent', 'ann')
  t.like(await choose(undefined), { commit: head, code: undefined })
})
