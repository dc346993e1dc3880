import { FaultError, fault } from '../../model/fault.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: git-check-ref-format(1) names them
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|^[-/]|[./]$|^@$/

/** Whether Git accepts the text as the name of a branch (git-check-ref-format(1)). */
function isBranchName(text: string): boolean {
  return text !== '' && text.length <= 200 && !FORBIDDEN.test(text)
}

/** @throws FaultError bad-option if it is not a branch name */
export function checkBranchName(branch: string): void {
  if (!isBranchName(branch)) {
    throw new FaultError(fault('bad-option', `"${branch}" cannot be the name of a branch`))
  }
}
