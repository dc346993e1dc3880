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

type ReadPage<Item> = (page: Page) => Promise<PageAnswer<Item>>

/** Maximum number of pages of one list. */
const MOST_PAGES = 200
/** Maximum number of answers that are too large before a list is given up. */
const MOST_LARGE = 100

/**
 * All items of a list. A page that is too large for an answer is read in parts, and an item that is too large by
 * itself is left out: long texts of some must not hide those of others.
 * @param what such as `comments`
 * @param size of pages; the forge must not give shorter ones
 * @throws FaultError forge-rejected where there are too many
 */
export async function readPages<Item>(
  what: string,
  size: number,
  read: ReadPage<Item>,
): Promise<readonly Item[]> {
  const all: Item[] = []
  const reading = { read, large: 0 }
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { items, isLast } = await readPart(reading, { page, size })
    all.push(...items)
    if (isLast) return all
  }
  throw forgeFault('forge-rejected', `more than ${MOST_PAGES} pages of ${size} ${what}`)
}

interface Reading<Item> {
  readonly read: ReadPage<Item>
  /** Answers that were too large. */
  large: number
}

async function readPart<Item>(reading: Reading<Item>, { page, size }: Page): Promise<PageAnswer<Item>> {
  try {
    return await reading.read({ page, size })
  } catch (error) {
    if (!(error instanceof LargeAnswer)) throw error
    reading.large += 1
    if (reading.large > MOST_LARGE) throw error
  }
  if (size === 1) return { items: [], isLast: false }
  const count = [5, 2, 3].find((each) => size % each === 0) ?? size
  const items: Item[] = []
  for (let part = (page - 1) * count + 1; part <= page * count; part += 1) {
    const found = await readPart(reading, { page: part, size: size / count })
    items.push(...found.items)
    if (found.isLast) return { items, isLast: true }
  }
  return { items, isLast: false }
}

/** Whether a header `link` (RFC 8288) names no further page. */
export function isLastPage(link: string | undefined): boolean {
  return !/;\s*rel="?next"?/.test(link ?? '')
}
