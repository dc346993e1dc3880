import { fault } from '../../model/fault.ts'
import { UsageError } from './usage-error.ts'

export type Format = 'text' | 'json' | 'yaml'

/** The format of a command that has no Markdown. @throws UsageError */
export function readFormat(output: Format | 'markdown' | undefined): Format {
  if (output === 'markdown')
    throw new UsageError([fault('bad-option', '--output markdown is a format of reeve plan SOURCE alone')])
  return output ?? 'text'
}
