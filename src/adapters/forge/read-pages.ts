import { LargeAnswer } from './exchange.ts'
import { forgeFault } from './forge-fault.ts'

/** Part of a list; pages count from 1. */
export interface Page {
  readonly page: number
  readonly size: number
}

export interface PageAnswer<Item> {
  readonly items: readonly Item[]
  readonly isLast: boolean
}

/** Maximum number of pages of one list. */
const MOST_PAGES = 200
/** Pages never get shorter than this. */
const SHORTEST = 1

/**
 * All items of a list. Where a page is too large for an answer, it begins again with pages of a quarter: a few
 * long comments must not hide all others.
 * @param what such as `comments`
 * @throws FaultError forge-rejected where there are too many
 */
export async function readPages<Item>(
  what: string,
  size: number,
  read: (page: Page) => Promise<PageAnswer<Item>>,
): Promise<readonly Item[]> {
  try {
    return await readAll(what, size, read)
  } catch (error) {
    if (!(error instanceof LargeAnswer) || size === SHORTEST) throw error
    return readPages(what, Math.max(SHORTEST, Math.floor(size / 4)), read)
  }
}

async function readAll<Item>(
  what: string,
  size: number,
  read: (page: Page) => Promise<PageAnswer<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { items, isLast } = await read({ page, size })
    all.push(...items)
    if (isLast) return all
  }
  throw forgeFault('forge-rejected', `more than ${MOST_PAGES} pages of ${size} ${what}`)
}

/** Whether a header `link` (RFC 8288) names no further page. */
export function isLastPage(link: string | undefined): boolean {
  return !/;\s*rel="?next"?/.test(link ?? '')
}
