import type { Finding } from '../../../model/fault.ts'
import { faultTable } from '../../../model/fault-table.ts'
import { noticeTable } from '../../../model/notice-table.ts'
import { REDACTED } from '../../../model/secrets.ts'
import { commonPart } from './common-part.ts'

/**
 * Redacts what two renderings do not say alike: the differing part of a message, up to the spaces and quotes around
 * it, or all of its details where the other rendering has no such finding.
 */
export function redactFindings<T extends Finding>(
  findings: readonly T[],
  others: readonly Finding[],
): readonly T[] {
  if (areAlike(findings, others))
    return findings.map((each, index) => {
      const { message = '' } = others[index] ?? {}
      return each.message === message ? each : told(each, differing(each.message, message))
    })
  const same = new Set(others.map(({ code, message }) => `${code} ${message}`))
  return findings.map((each) =>
    same.has(`${each.code} ${each.message}`) ? each : told(each, withoutDetails(each)),
  )
}

/** Whether there are as many, of the same kinds. */
export function areAlike(findings: readonly Finding[], others: readonly Finding[]): boolean {
  return (
    findings.length === others.length && findings.every(({ code }, index) => code === others[index]?.code)
  )
}

/** An object or a field may be named by a secret, too. */
function told<T extends Finding>(finding: T, message: string): T {
  return { ...finding, message, object: undefined, pointer: undefined }
}

function differing(message: string, other: string): string {
  const { start, end } = commonPart(message, other)
  const before = /^.*[\s"'`(=,;:/]/s.exec(message.slice(0, start))?.[0] ?? ''
  const after = /[\s"'`),;].*$/s.exec(message.slice(message.length - end))?.[0] ?? ''
  return `${before}${REDACTED}${after}`
}

/** The message of a finding with `(secret)` in place of what completes its title. */
export function withoutDetails({ code, message }: Pick<Finding, 'code' | 'message'>): string {
  const titles: Readonly<Record<string, { readonly title: string } | undefined>> = {
    ...faultTable,
    ...noticeTable,
  }
  const title = titles[code]?.title
  return title !== undefined && message.startsWith(title) ? `${title}: ${REDACTED}` : REDACTED
}
