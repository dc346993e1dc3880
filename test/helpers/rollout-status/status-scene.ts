import type { ExecutionContext } from 'ava'
import type { GroupReport } from '../../../src/model/group-report.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'
import { git } from '../../../src/sandbox/git-process.ts'
import type { GitServer } from '../../../src/sandbox/git-server.ts'
import { groupDocument } from '../../../src/stages/report/rollouts/group-page.ts'
import { groupPath, statusPath } from '../../../src/stages/report/status-path.ts'
import { statusRecord } from '../../../src/stages/report/status-record.ts'
import type { GroupRecord } from '../../../src/stages/rollout/group-record.ts'
import { recordDocument } from '../../../src/stages/rollout/record-document.ts'
import { gitScene } from '../../adapters/git/set-up.ts'
import { type Finished, reeveWithin } from '../reeve.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

export const STATUS_BRANCH = 'reeve/status/default'

/** A repository with a status branch that a test writes. */
export interface StatusScene {
  readonly server: GitServer
  readonly options: readonly string[]
  /** Commits files to main. */
  push(files: Readonly<Record<string, string>>, message: string): Promise<string>
  /** Commits files to the status branch; undefined removes one. @param at seconds since the epoch */
  tell(files: Readonly<Record<string, string | undefined>>, at?: number): Promise<string>
  rollout(args: readonly string[]): Promise<Finished>
  /** Output of git at the server's repository. */
  git(...args: readonly string[]): Promise<string>
}

export async function statusScene(t: ExecutionContext): Promise<StatusScene> {
  const { server, work, push } = await gitScene(t)
  const data = await temporaryDirectory(t)
  const options = ['--repo', server.url, '--data-dir', data]
  const served = (...args: readonly string[]) =>
    work.run('--git-dir', server.directory, ...args).then((text) => text.trimEnd())
  return {
    server,
    options,
    push,
    git: served,
    rollout: (args) => reeveWithin(['rollout', ...args, ...options]),
    async tell(files, at = Math.floor(Date.now() / 1000)) {
      const main = await work.run('rev-parse', '--abbrev-ref', 'HEAD')
      const isNew = (await work.tryRun('rev-parse', '--verify', '--quiet', STATUS_BRANCH)).code !== 0
      await work.run('checkout', '--quiet', ...(isNew ? ['--orphan'] : []), STATUS_BRANCH)
      if (isNew) await work.run('rm', '-r', '--quiet', '--force', '--ignore-unmatch', '.')
      for (const [path, text] of Object.entries(files))
        await (text === undefined ? work.remove(path) : work.write(path, text))
      await work.run('add', '--all', '--force')
      const who = { GIT_AUTHOR_NAME: 'Reeve', GIT_AUTHOR_EMAIL: 'reeve@localhost' }
      const committer = { GIT_COMMITTER_NAME: 'Reeve', GIT_COMMITTER_EMAIL: 'reeve@localhost' }
      const env = { ...who, ...committer, GIT_AUTHOR_DATE: `${at} +0000`, GIT_COMMITTER_DATE: `${at} +0000` }
      await git(['commit', '--quiet', '--allow-empty', '--message=status'], { cwd: work.directory, env })
      await work.run('push', '--quiet', 'origin', 'HEAD')
      const oid = await work.run('rev-parse', 'HEAD')
      await work.run('checkout', '--quiet', main)
      return oid
    },
  }
}

/** The file of a group's report, by its path. */
export function groupFile(
  name: string,
  { record, ...report }: Partial<Omit<GroupReport, 'record'>> & { readonly record?: Partial<GroupRecord> },
): Readonly<Record<string, string>> {
  const none = { count: 0, names: [] }
  const commit = report.commit ?? '0'.repeat(40)
  const digest = report.digest ?? digestOf(commit)
  const at = { commit, digest, since: Date.now() - 3_600_000 }
  const known: GroupRecord = { at, relapses: 0, proofs: [], rejected: [], moves: new Map(), ...record }
  const full: GroupReport = {
    ...{ name, state: 'done', members: 0, moved: 0, moving: none, unavailable: none, waiting: [] },
    ...report,
    ...{ commit, digest, record: recordDocument(known) },
  }
  return { [groupPath(name)]: groupDocument('default', full) }
}

/** The file of a member's record, by its path. */
export function memberFile(
  name: string,
  group: string,
  commit: string,
  status: Partial<InstallationStatus> = {},
): Readonly<Record<string, string>> {
  const record: InstallationStatus = {
    ...{ name, state: 'healthy', commit, source: 'x', changes: [], problems: [] },
    objects: { declared: 1, healthy: 1 },
    inherits: { group, innermost: group, commit, digest: digestOf(commit), own: 'x' },
    ...status,
  }
  return { [statusPath(name)]: statusRecord('default', record) }
}

export function digestOf(commit: string): string {
  return `digest-of-${commit}`
}

/** Documents of groups in a row, each with its members. */
export function rings(
  ...groups: readonly {
    readonly name: string
    readonly rollout?: string
    readonly members?: readonly string[]
  }[]
): string {
  const documents = groups.flatMap(({ name, rollout = '{}', members = [] }) => [
    document('InstallationGroup', name, `{template: {path: templates/chat}, rollout: ${rollout}}`),
    ...members.map((member) => document('Installation', member, `{group: ${name}}`)),
  ])
  return documents.join('---\n')
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
}

export const TEMPLATE = {
  'templates/chat/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\ndata: {version: "1"}\n',
}
