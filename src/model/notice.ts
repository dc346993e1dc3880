import type { FaultPlace, Finding } from './fault.ts'
import { type NoticeCode, noticeTable } from './notice-table.ts'

/** Something that a user should know about a declaration, and that is no fault: it holds nothing up. */
export interface Notice extends Finding {
  readonly code: NoticeCode
}

/** A notice about an installation. */
export interface InstallationNotice extends Notice {
  /** The installation's name. */
  readonly installation: string
}

/** Makes a notice from row `code` of the table; `details` completes its message. */
export function notice(code: NoticeCode, details: string, place: Omit<FaultPlace, 'pointer'> = {}): Notice {
  const { title, remedy } = noticeTable[code]
  return {
    code,
    message: `${title}: ${details}`,
    remedy,
    ...(place.location && { location: place.location }),
    ...(place.object && { object: place.object }),
  }
}

interface WithNotices {
  readonly name: string
  readonly notices?: readonly Notice[]
}

/** Notices about several installations. */
export function noticesOf(installations: Iterable<WithNotices>): readonly InstallationNotice[] {
  return [...installations].flatMap(({ name, notices = [] }) =>
    notices.map((each) => ({ ...each, installation: name })),
  )
}
