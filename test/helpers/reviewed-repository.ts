import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { until } from '../../src/sandbox/until.ts'
import type { Gitea, GiteaRepository } from './gitea/gitea.ts'
import { type ReeveProcess, startReeve } from './reeve.ts'

/** A repository of the real Gitea that a Reeve follows and reviews. */
export interface ReviewedRepository extends AsyncDisposable {
  readonly forge: GiteaRepository
  /** `reeve run`, which polls every second. */
  run(...more: readonly string[]): ReeveProcess
  /** The same with other environment variables. */
  runWith(env: Readonly<Record<string, string>>, ...more: readonly string[]): ReeveProcess
  /** The same in another cluster, with a data directory of its own. */
  runIn(
    cluster: string,
    controlPlane: Pick<ControlPlane, 'kubeconfig'>,
    ...more: readonly string[]
  ): ReeveProcess
  /** Changes files on a new branch and opens a pull request. @returns its number */
  propose(branch: string, files: Readonly<Record<string, string | undefined>>): Promise<number>
  comments(number: number): Promise<readonly Comment[]>
  /** Resolves with Reeve's comment when it fits. */
  comment(number: number, fits?: (comment: Comment) => boolean): Promise<Comment>
  /** Resolves with the newest status of a commit when there is one that fits. */
  status(commit: string, fits?: (status: Status) => boolean): Promise<Status>
  statuses(commit: string): Promise<readonly Status[]>
  /** Full id of a branch's commit. */
  head(branch: string): Promise<string>
  /** Text of a file on a branch; undefined where there is none. */
  file(branch: string, path: string): Promise<string | undefined>
  /** Resolves with what a file is when it fits. */
  fileWhen(
    branch: string,
    path: string,
    fits: (text: string | undefined) => boolean | undefined,
  ): Promise<string | undefined>
}

export interface Comment {
  readonly id: number
  readonly body: string
  readonly author: string
  readonly edited: boolean
  readonly updatedAt: string
}

export interface Status {
  readonly context: string
  readonly state: string
  readonly description: string
  readonly url: string
}

/** Pause between two looks, in ms: Gitea starts processes of Git for each. */
const LOOK_EVERY_MS = 250
const WITHIN_MS = 90_000

/** @param files what its main branch holds first */
export async function reviewedRepository(
  gitea: Gitea,
  { kubeconfig }: Pick<ControlPlane, 'kubeconfig'>,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<ReviewedRepository> {
  const { bot } = gitea.users
  const forge = await gitea.createRepository(name)
  await forge.addCollaborator(bot)
  await forge.push({ files, message: 'First' })
  const dataDir = await mkdtemp(join(tmpdir(), 'reeve-review-'))
  const reaper = startReaper()
  reaper.guardDirectory(dataDir)
  const path = `repos/${forge.name}`
  const all = async (number: number): Promise<readonly Comment[]> =>
    (await gitea.call('GET', `${path}/issues/${number}/comments`)).map(commentOf)
  const statuses = async (commit: string): Promise<readonly Status[]> =>
    (await gitea.call('GET', `${path}/commits/${commit}/statuses?sort=recentupdate`)).map(statusOf)
  const file = async (branch: string, at: string) => {
    const found = await gitea
      .call('GET', `${path}/contents/${at}?ref=${encodeURIComponent(branch)}`)
      .catch(() => undefined)
    return found && Buffer.from(found.content, 'base64').toString()
  }
  const when = <T>(what: string, look: () => Promise<T | undefined>) =>
    until(what, look, WITHIN_MS, LOOK_EVERY_MS) as Promise<T>
  const env = { REEVE_GIT_TOKEN: bot.token, REEVE_GIT_USERNAME: bot.name, REEVE_FORGE_TOKEN: bot.token }
  const start = (
    cluster: string,
    where: Pick<ControlPlane, 'kubeconfig'>,
    given: Readonly<Record<string, string>>,
    more: readonly string[],
  ) => {
    const options = ['--repo', `${forge.url}.git`, '--kubeconfig', where.kubeconfig]
    options.push('--data-dir', join(dataDir, cluster), '--name', name, '--cluster', cluster)
    const all = ['run', ...options, '--interval', '1s', '--listen', 'none', ...more]
    return startReeve(all, { ...env, ...given })
  }
  return {
    forge,
    run: (...more) => start(name, { kubeconfig }, {}, more),
    runWith: (given, ...more) => start(name, { kubeconfig }, given, more),
    runIn: (cluster, where, ...more) => start(cluster, where, {}, more),
    async propose(branch, changed) {
      await forge.push({ branch, files: changed, message: `Change ${branch}` })
      return forge.openPull({ head: branch, title: `Change ${branch}` })
    },
    comments: all,
    comment: (number, fits = () => true) =>
      when(`a comment on pull request ${number}`, async () =>
        (await all(number)).find((found) => found.author === bot.name && fits(found)),
      ),
    status: (commit, fits = () => true) =>
      when(`a status of ${commit}`, async () => (await statuses(commit)).find(fits)),
    statuses,
    head: async (branch) => String((await gitea.call('GET', `${path}/branches/${branch}`)).commit.id),
    file,
    async fileWhen(branch, at, fits) {
      const { text } = await when(`${at} on ${branch}`, async () => {
        const text = await file(branch, at)
        return fits(text) ? { text } : undefined
      })
      return text
    },
    [Symbol.asyncDispose]: () => reaper.close(),
  }
}

interface GiteaComment {
  readonly id: number
  readonly body: string
  readonly user: { readonly login: string }
  readonly created_at: string
  readonly updated_at: string
}

function commentOf({ id, body, user, created_at: created, updated_at: updated }: GiteaComment): Comment {
  return { id, body, author: user.login, edited: created !== updated, updatedAt: updated }
}

function statusOf(found: {
  readonly context: string
  readonly status: string
  readonly description: string
  readonly target_url: string
}): Status {
  const { context, status, description, target_url: url } = found
  return { context, state: status, description, url }
}
