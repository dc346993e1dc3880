import { FaultError, fault } from '../../../model/fault.ts'
import { redactUrl } from '../../../model/redact-url.ts'
import type { ExecChannel } from '../../ssh/exec-channel.ts'
import { SshRefused } from '../../ssh/ssh-refused.ts'
import { unreachable } from '../git-fault.ts'
import { redactCredentials } from '../redact-credentials.ts'

/** The two commands of Git's protocol. */
export type Service = 'git-upload-pack' | 'git-receive-pack'

/** Words of git-shell, GitHub, GitLab, Gitea and Bitbucket for a repository that is not there for this key. */
const NO_REPOSITORY =
  /not found|could not be found|cannot find repository|does not (?:appear to be a git repository|exist)|no such (?:project|repository)|repository access denied/i
/** Their words for a key that may do less. */
const NOT_ALLOWED =
  /permission|denied|not (?:allowed|authori[sz]ed|permitted)|unauthori[sz]ed|forbidden|read.?only|write access|disabled|blocked/i

/** The fault of an error on the way to an SSH server. */
export function connectionFault(url: string, error: unknown): FaultError {
  if (error instanceof FaultError) return error
  if (!(error instanceof SshRefused)) return unreachable(url, error)
  return new FaultError(fault('git-unauthorized', `${redactUrl(url)}: ${error.message}`), { cause: error })
}

/**
 * The fault of a command that the server ended before its answer was whole: what it says is in its error output.
 * Undefined if it says nothing.
 */
export function refusedCommand(
  url: string,
  service: Service,
  { words, exitCode }: Pick<ExecChannel, 'words' | 'exitCode'>,
): FaultError | undefined {
  const said = cleaned(words)
  if (said === '') {
    if (exitCode === undefined || exitCode === 0) return undefined
    return unreachable(url, `${service} ended with exit code ${exitCode}`)
  }
  if (NO_REPOSITORY.test(said)) {
    const meaning = 'no repository at this path, or no access with this key'
    return new FaultError(fault('git-unauthorized', `${redactUrl(url)}: ${meaning} (${said})`))
  }
  if (!NOT_ALLOWED.test(said)) return unreachable(url, said)
  if (service === 'git-upload-pack')
    return new FaultError(fault('git-unauthorized', `${redactUrl(url)}: ${said}`))
  const details = `${redactUrl(url)}: the key may read, but not push (${said})`
  return new FaultError(fault('git-rejected', details))
}

/** The words without the frames that forges draw around them. */
function cleaned(words: string): string {
  const lines = words.split(/\r?\n/).map((line) =>
    line
      .replace(/^(?:remote:\s*|error:(?:\s+|$))+/, '')
      .replace(/[=#*-]{3,}/g, '')
      .trim(),
  )
  return redactCredentials(lines.filter((line) => line !== '').join(' '))
}
