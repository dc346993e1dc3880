import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A Markdown file of this repository. */
export interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** A block between ``` lines. */
export interface Fence {
  readonly language: string
  readonly text: string
  /** Line of its first line in the document, from 1. */
  readonly line: number
}

/** Those that users read: README.md, docs and examples. */
export async function userDocuments(): Promise<readonly Document[]> {
  return readAll(await pathsOf([['docs'], ['examples']], ['README.md']))
}

/** All of them, those about the source and the tests included. */
export async function allDocuments(): Promise<readonly Document[]> {
  const top = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/README.md']
  return readAll(await pathsOf([['docs'], ['examples'], ['test', 'README.md']], top))
}

async function pathsOf(
  directories: readonly (readonly [directory: string, name?: string])[],
  more: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    directories.map(async ([directory, name]) =>
      (await readdir(join(ROOT, directory), { recursive: true }))
        .filter((path) => path.endsWith(name ?? '.md') && !path.includes('node_modules'))
        .map((path) => `${directory}/${path}`),
    ),
  )
  return [...more, ...found.flat()].sort()
}

async function readAll(paths: readonly string[]): Promise<readonly Document[]> {
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })))
}

/** The fenced blocks of a document. */
export function fencesIn({ text }: Document): readonly Fence[] {
  const fences: Fence[] = []
  let open: { language: string; line: number; lines: string[] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, mark] = /^ *```(.*)$/.exec(line) ?? []
    if (mark === undefined) open?.lines.push(line)
    else if (open === undefined) open = { language: mark.trim(), line: index + 2, lines: [] }
    else {
      fences.push({ language: open.language, text: open.lines.join('\n'), line: open.line })
      open = undefined
    }
  }
  return fences
}

/** The text without its fenced blocks. */
export function prose({ text }: Document): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
}

/** The texts between single backquotes. */
export function codeSpans(document: Document): readonly string[] {
  return [...prose(document).matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replace(/\s+/g, ' '))
}

/** Targets of the links in a document. */
export function linksIn(document: Document): readonly string[] {
  const text = prose(document).replaceAll(/`[^`]*`/g, 'x')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** The anchors that a forge gives to the headings of a document. */
export function anchorsIn(document: Document): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of prose(document).matchAll(/^#+ +(.+)$/gm)) {
    const slug = slugOf(heading)
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

function slugOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
}
