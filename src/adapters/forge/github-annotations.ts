import { hash } from 'node:crypto'
import { needId, needList, textAt } from './answer-fields.ts'
import type { Annotation, Put } from './forge.ts'
import type { GithubSession } from './github-session.ts'

/** Name of the check run that carries them; `reeve` is the status. */
const NAME = 'reeve annotations'
/** Maximum number of annotations of one request. */
const AT_ONCE = 50
/** Maximum length of a message, in characters: GitHub takes 64 KiB. */
const LONGEST = 10_000
const CHECK_RUNS = '/repos/{owner}/{repo}/check-runs'

/**
 * Makes these the annotations of a commit, as a check run. Its id outside of GitHub is a digest of them, which is
 * written last: one that was left half done is not taken for complete.
 */
export async function putAnnotations(
  session: GithubSession,
  commit: string,
  annotations: readonly Annotation[],
  signal?: AbortSignal,
): Promise<Put> {
  const digest = hash('sha256', JSON.stringify(annotations.map(({ file, line, text }) => [file, line, text])))
  const found = await latestRun(session, commit, signal)
  if (found === undefined ? annotations.length === 0 : textAt(found, ['external_id']) === digest)
    return 'unchanged'
  const [first = [], ...rest] = chunks(annotations.map(asGithub))
  const summary = `${annotations.length === 1 ? '1 place' : `${annotations.length} places`} in the files of this change.`
  const output = (part: readonly object[]) => ({ title: 'Annotations', summary, annotations: part })
  const begun = { name: NAME, head_sha: commit, status: 'in_progress', output: output(first) }
  const { data } = await session.ask(`POST ${CHECK_RUNS}`, { parameters: begun, signal })
  const id = needId(data, ['id'])
  const update = (parameters: object) =>
    session.ask(`PATCH ${CHECK_RUNS}/{check_run_id}`, {
      parameters: { check_run_id: id, ...parameters },
      signal,
    })
  for (const part of rest) await update({ output: output(part) })
  await update({ status: 'completed', conclusion: 'neutral', external_id: digest })
  return 'written'
}

async function latestRun(session: GithubSession, commit: string, signal?: AbortSignal): Promise<unknown> {
  const parameters = { ref: commit, check_name: NAME, filter: 'latest', per_page: 1 }
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
  const { data } = await session.ask(route, { parameters, signal })
  return needList(data, ['check_runs'])[0]
}

function chunks<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / AT_ONCE)
  return Array.from({ length: count }, (_, at) => items.slice(at * AT_ONCE, (at + 1) * AT_ONCE))
}

function asGithub({ file, line, text }: Annotation): object {
  return {
    path: file,
    start_line: line,
    end_line: line,
    annotation_level: 'warning',
    message: text.slice(0, LONGEST).toWellFormed(),
  }
}
