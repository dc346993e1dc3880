import type { Repository } from '../../adapters/git/repository.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Change } from './change-plan.ts'

const NUMBER = /^#?(?<number>[1-9]\d{0,14})$/
const OBJECT_ID = /^[0-9a-f]{40}$/
const OWN = /^refs\/(?:heads|tags)\//

/**
 * The change that a branch, a tag, a commit, a full ref or the number of a pull request names, without fetching it.
 * One that no branch or tag of the repository leads to counts as a stranger's.
 * @param branch the branch that it is for: abbreviated ids are looked up among its local commits
 * @throws FaultError git-no-commit, git-unreachable, git-unauthorized
 */
export async function changeOf(
  repository: Pick<Repository, 'lsRefs' | 'fetchCommit'>,
  source: string,
  branch: string,
): Promise<Change> {
  const refs = await repository.lsRefs('refs/')
  const named = refNames(source).find((name) => refs.has(name))
  const head = (named && refs.get(named)) ?? commitIn(refs, source) ?? (await localCommit())
  const leading = [...refs].flatMap(([ref, oid]) => (oid === head ? [ref] : []))
  const isFork = !leading.some((ref) => OWN.test(ref))
  return { head, ref: named ?? leading.find((ref) => OWN.test(ref)) ?? leading[0] ?? head, isFork }

  async function localCommit(): Promise<string> {
    if (OBJECT_ID.test(source)) return source
    return repository.fetchCommit(source, { branch })
  }
}

/** Branches and tags in the order of gitrevisions(7), then the refs that forges have for a pull request. */
function refNames(source: string): readonly string[] {
  const number = NUMBER.exec(source)?.groups?.number
  return [
    ...(source.startsWith('refs/') ? [source] : []),
    `refs/tags/${source}`,
    `refs/heads/${source}`,
    ...(number === undefined ? [] : [`refs/pull/${number}/head`, `refs/merge-requests/${number}/head`]),
  ]
}

/** The commit that a ref leads to and whose id begins with a text of at least 7 digits, where there is just one. */
function commitIn(refs: ReadonlyMap<string, string>, text: string): string | undefined {
  if (!/^[0-9a-f]{7,40}$/.test(text)) return undefined
  const found = new Set([...refs.values()].filter((oid) => oid.startsWith(text)))
  if (found.size > 1) throw new FaultError(fault('git-no-commit', `${text} is ambiguous`))
  return [...found][0]
}
