import { load } from 'js-yaml'
import { git } from '../../src/sandbox/git-process.ts'
import type { Fleet } from './fleet.ts'
import { until } from './until.ts'

/** What the status branch says of a group's rollout. */
export interface GroupFile {
  readonly state: string
  /** Full id. */
  readonly commit: string
  readonly waits?: string
  readonly record: { readonly rejected?: readonly { readonly commit: string }[] }
}

/** Resolves with what the status branch says of a group's rollout, when it fits. */
export async function groupRecorded(
  { git: { directory }, statusBranch }: Pick<Fleet, 'git' | 'statusBranch'>,
  name: string,
  fits: (file: GroupFile) => boolean,
): Promise<GroupFile> {
  let last = ''
  const look = async () => {
    last = await git(['show', `${statusBranch}:groups/${name}.yaml`], { cwd: directory }).catch(() => '')
    const file = load(last || 'null') as unknown as GroupFile | null
    return file !== null && fits(file) ? file : undefined
  }
  return until(`the rollout of ${name}`, look).catch((error) => {
    throw new Error(`${error.message}\n${last}`)
  }) as Promise<GroupFile>
}
