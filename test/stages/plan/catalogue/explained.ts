import { readFile } from 'node:fs/promises'
import type { Dissent } from './dissent.ts'

/** A row of the table: each column but the last is a pattern, in which `*` stands for any text. */
export interface Explanation {
  readonly patterns: readonly RegExp[]
  readonly text: string
}

const COLUMNS = ['way', 'kind', 'about', 'field', 'reeve', 'other'] as const

/** The rows of the table in README.md. */
export async function readExplanations(): Promise<readonly Explanation[]> {
  const text = await readFile(new URL('README.md', import.meta.url), 'utf8')
  return text
    .split('\n')
    .filter((line) => /^\| (\*|client-side|server-side|by hand) \|/.test(line))
    .map((line) => {
      const cells = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', ''))
      return { patterns: cells.slice(0, COLUMNS.length).map(patternOf), text: line }
    })
}

function patternOf(cell: string): RegExp {
  const parts = cell.split('*').map((part) => part.replaceAll(/[.+?^${}()[\]\\|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

export function explains({ patterns }: Explanation, dissent: Dissent): boolean {
  return COLUMNS.every((column, index) => patterns[index]?.test(dissent[column]))
}
